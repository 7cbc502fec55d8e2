//! Debug forms as results: of a value of any size no more than a page or two.

use std::fmt::{self, Debug, Write};

use crate::display::Bundle;

/// Bytes of a debug form that are shown.
const SHOWN: usize = 10_000;
/// Bytes of it that are looked at, to tell how much there is.
const COUNTED: usize = 100_000_000;

/// The debug form as far as it is shown, with a word on what is left out.
pub(super) fn bundle(value: &dyn Debug) -> Bundle {
    let mut text = Shortened::default();
    // An error is the end: enough has been seen, or the value itself gives up.
    let finished = write!(text, "{value:?}").is_ok();
    Bundle::from_text(text.finish(finished))
}

/// The beginning of a text that is written, and a count of what was.
#[derive(Default)]
struct Shortened {
    text: String,
    /// Bytes and letters written.
    length: usize,
    letters: usize,
    /// Commas at the level of the outermost list, and how deep the writing is within lists.
    commas: usize,
    depth: usize,
    /// Within quotes, and whether the last letter there was a backslash.
    quoted: bool,
    escaped: bool,
}

impl Shortened {
    fn count(&mut self, text: &str) {
        for letter in text.bytes() {
            // All but the later bytes of a letter of several.
            self.letters += usize::from(letter & 0xc0 != 0x80);
            if self.quoted {
                self.quoted = self.escaped || letter != b'"';
                self.escaped = !self.escaped && letter == b'\\';
                continue;
            }
            match letter {
                b'"' => self.quoted = true,
                b'[' | b'{' | b'(' => self.depth += 1,
                b']' | b'}' | b')' => self.depth = self.depth.saturating_sub(1),
                b',' if self.depth == 1 => self.commas += 1,
                _ => {}
            }
        }
    }

    fn finish(mut self, finished: bool) -> String {
        if self.length <= SHOWN {
            return self.text;
        }
        // Not within a value: back to the last comma, if there is one near.
        let near = SHOWN - SHOWN / 10;
        if let Some(comma) = self.text.rfind(", ").filter(|&comma| comma > near) {
            self.text.truncate(comma + 2);
        }
        let more = if finished { "" } else { "more than " };
        let is_list = self.text.starts_with(['[', '{']);
        let (n, what) =
            if is_list { (self.commas + 1, "values") } else { (self.letters, "letters") };
        format!("{}… ({more}{} {what})", self.text, grouped(n))
    }
}

impl Write for Shortened {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if self.length < SHOWN {
            let mut end = text.len().min(SHOWN - self.length);
            while !text.is_char_boundary(end) {
                end += 1;
            }
            self.text.push_str(&text[..end]);
        }
        self.length += text.len();
        self.count(text);
        if self.length > COUNTED { Err(fmt::Error) } else { Ok(()) }
    }
}

/// `1,000,000`.
fn grouped(n: usize) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(value: impl Debug) -> String {
        bundle(&value).text().to_owned()
    }

    #[test]
    fn short_values_are_shown_whole() {
        assert_eq!(shown(vec![1.5, 2.0]), "[1.5, 2.0]");
        let whole = vec![7_u8; 3333];
        assert_eq!(shown(&whole), format!("{whole:?}"));
    }

    #[test]
    fn of_long_lists_the_beginning_and_the_number_are_shown() {
        let text = shown(vec![0.5_f64; 1_000_000]);
        assert!(text.len() < SHOWN + 100, "{}", text.len());
        assert!(text.starts_with("[0.5, 0.5, ") && text.ends_with("0.5, … (1,000,000 values)"));
        let pairs: Vec<(i32, &str)> = vec![(1, "a, \"(b]"); 5000];
        assert!(shown(pairs).ends_with("… (5,000 values)"));
        let map: std::collections::BTreeMap<i32, [i32; 2]> =
            (0..4000).map(|n| (n, [n, n])).collect();
        assert!(shown(map).ends_with("… (4,000 values)"));
    }

    #[test]
    fn long_texts_are_cut_between_letters() {
        let text = shown("é".repeat(20_000));
        assert!(
            text.starts_with("\"éé") && text.ends_with("é… (20,002 letters)"),
            "{}",
            text.len()
        );
    }
}
