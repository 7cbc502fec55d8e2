//! Small helpers for text: numbers for people, XML escapes, widths of labels.

pub(crate) use etable::markup::escaped as escape_xml;

/// A number in at most about six characters: three significant digits, no trailing zeros.
pub(crate) fn short_number(value: f64) -> String {
    if !value.is_finite() {
        return value.to_string();
    }
    if value == 0.0 {
        return "0".into();
    }
    let magnitude = value.abs().log10().floor();
    if !(-4.0..6.0).contains(&magnitude) {
        return format!("{value:.1e}");
    }
    let decimals = (2.0 - magnitude).clamp(0.0, 6.0) as usize;
    trim_zeros(format!("{value:.decimals$}"))
}

/// A short number for tooltips, `missing` for NaN.
pub(crate) fn number_or_missing(value: f64) -> String {
    if value.is_nan() { "missing".into() } else { short_number(value) }
}

/// Removes zeros, and the point, that say nothing; `-0` becomes `0`.
pub(crate) fn trim_zeros(text: String) -> String {
    let text = if text.contains('.') && !text.contains('e') {
        text.trim_end_matches('0').trim_end_matches('.').to_string()
    } else {
        text
    };
    if text == "-0" { "0".into() } else { text }
}

/// Width of a text in a sans-serif font, in the unit of `size`. An estimate from the usual widths
/// of Helvetica and Arial, a little generous, for no font is at hand where figures are drawn.
pub(crate) fn text_width(text: &str, size: f64) -> f64 {
    let em: f64 = text
        .chars()
        .map(|character| match character {
            'i' | 'j' | 'l' | '\'' | '|' | '.' | ',' | ':' | ';' | '!' | 'I' | ' ' => 0.29,
            'f' | 't' | 'r' | '(' | ')' | '[' | ']' | '-' | '/' => 0.36,
            'm' | 'w' | 'M' | 'W' | '@' | '%' => 0.88,
            'A'..='Z' | '&' | '+' | '=' | '<' | '>' | '−' => 0.69,
            'a'..='z' | '0'..='9' | '_' | '#' | '$' | '*' | '?' => 0.56,
            character if (character as u32) < 0x2e80 => 0.6,
            _ => 1.0,
        })
        .sum();
    em * size
}

/// At most `limit` characters, the last an ellipsis if something was cut.
pub(crate) fn shorten(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_string();
    }
    text.chars().take(limit.saturating_sub(1)).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        let texts: Vec<String> =
            [0.0, 1.0, 0.12345, -12.5, 1234.6, 1e9, 1e-7].map(short_number).into();
        assert_eq!(texts, ["0", "1", "0.123", "-12.5", "1235", "1.0e9", "1.0e-7"]);
    }

    #[test]
    fn long_labels_are_cut() {
        assert_eq!(shorten("abcdef", 4), "abc…");
        assert_eq!(shorten("abcd", 4), "abcd");
    }
}
