//! Values as text: floats as Go's `FormatFloat(x, 'G', -1, bits)` writes them.

use std::fmt::Write;

use crate::element::Element;

/// Appends the text of an element.
pub(super) fn write_element(text: &mut String, element: Element<'_>) {
    match element {
        Element::Float32(value) if value.is_finite() => write_float(text, &format!("{value:e}")),
        Element::Float32(value) => write_special(text, value.into()),
        Element::Float64(value) if value.is_finite() => write_float(text, &format!("{value:e}")),
        Element::Float64(value) => write_special(text, value),
        other => write!(text, "{other}").expect("writing to a string cannot fail"),
    }
}

fn write_special(text: &mut String, value: f64) {
    text.push_str(match value {
        value if value.is_nan() => "NaN",
        value if value > 0.0 => "+Inf",
        _ => "-Inf",
    });
}

/// Appends a float from Rust's shortest digits, `-1.23e-7`. Go's `G` with the shortest digits writes
/// decimal exponents from -4 to 5 plainly and all others with an `E`.
fn write_float(text: &mut String, scientific: &str) {
    let (mantissa, exponent) = scientific.split_once('e').expect("the format `e` writes an e");
    let exponent: i32 = exponent.parse().expect("the format `e` writes an integer exponent");
    let (sign, mantissa) = match mantissa.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", mantissa),
    };
    text.push_str(sign);
    let digits: String = mantissa.chars().filter(|c| *c != '.').collect();
    if !(-4..6).contains(&exponent) {
        let direction = if exponent < 0 { '-' } else { '+' };
        write!(text, "{mantissa}E{direction}{:02}", exponent.abs())
            .expect("writing to a string cannot fail");
    } else if exponent < 0 {
        text.push_str("0.");
        text.extend(std::iter::repeat_n('0', (-exponent - 1) as usize));
        text.push_str(&digits);
    } else {
        let whole = exponent as usize + 1;
        if digits.len() <= whole {
            text.push_str(&digits);
            text.extend(std::iter::repeat_n('0', whole - digits.len()));
        } else {
            text.push_str(&digits[..whole]);
            text.push('.');
            text.push_str(&digits[whole..]);
        }
    }
}

/// A flag: `true`, `false`, `1`, `0`, `t`, `f`, in any letter case.
pub(super) fn parse_bool(text: &str) -> Option<bool> {
    const NAMES: [(&str, bool); 6] =
        [("true", true), ("false", false), ("1", true), ("0", false), ("t", true), ("f", false)];
    NAMES.iter().find(|(name, _)| name.eq_ignore_ascii_case(text)).map(|(_, flag)| *flag)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(element: Element<'_>) -> String {
        let mut text = String::new();
        write_element(&mut text, element);
        text
    }

    #[test]
    fn floats_are_written_as_go_writes_them() {
        let expected = [
            (0.0, "0"),
            (-0.0, "-0"),
            (0.1, "0.1"),
            (1.0 / 3.0, "0.3333333333333333"),
            (1e-12, "1E-12"),
            (12345678.9, "1.23456789E+07"),
            (100000.0, "100000"),
            (1e6, "1E+06"),
            (123456.5, "123456.5"),
            (0.0001, "0.0001"),
            (0.00012, "0.00012"),
            (0.00001, "1E-05"),
            (-2.5e120, "-2.5E+120"),
            (f64::INFINITY, "+Inf"),
            (f64::NEG_INFINITY, "-Inf"),
            (f64::NAN, "NaN"),
        ];
        for (value, text) in expected {
            assert_eq!(written(Element::Float64(value)), text);
        }
        assert_eq!(written(Element::Float32(1.0 / 3.0)), "0.33333334");
        assert_eq!(written(Element::Float32(12345679.0)), "1.2345679E+07");
    }

    #[test]
    fn flags_are_read_in_any_case() {
        assert_eq!(parse_bool("True"), Some(true));
        assert_eq!(parse_bool("0"), Some(false));
        assert_eq!(parse_bool("yes"), None);
    }
}
