//! Text within HTML and SVG.
//!
//! ```
//! assert_eq!(etable::markup::escaped("a<b & \"c\""), "a&lt;b &amp; &quot;c&quot;");
//! ```

/// The text made safe for HTML and XML, in content and in attributes of either kind of quotes.
/// Control characters, which XML cannot hold, become spaces.
pub fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '\u{0}'..='\u{1f}' | '\u{7f}' | '\u{fffe}' | '\u{ffff}' => safe.push(' '),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_left_that_markup_could_take_for_its_own() {
        assert_eq!(escaped("<i a='\"'>&é\u{1}\n"), "&lt;i a=&#39;&quot;&#39;&gt;&amp;é  ");
    }
}
