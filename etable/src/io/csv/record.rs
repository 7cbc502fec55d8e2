//! Lines and fields of comma-separated text, by the rules of Go's `encoding/csv`: a field that begins
//! with a quote ends with one, a quote inside is doubled, and no other field holds a quote.

use std::borrow::Cow;

use super::{Fault, fault};

/// One record: its fields, and the line it begins on, from 1.
#[derive(Debug, PartialEq)]
pub(super) struct Record<'a> {
    pub(super) line: usize,
    pub(super) fields: Vec<Cow<'a, str>>,
}

impl Record<'_> {
    /// Whether the first field is this text.
    pub(super) fn first_is(&self, text: &str) -> bool {
        self.fields.first().is_some_and(|field| field == text)
    }
}

/// All records; lines with nothing on them are skipped.
///
/// # Errors
/// A quote inside a field that does not begin with one, text after a closing quote, or a quote that
/// is never closed (as when the file is cut short).
pub(super) fn records(text: &str, delimiter: char) -> Result<Vec<Record<'_>>, Fault> {
    let mut records = Vec::new();
    let mut rest = text;
    let mut line = 1;
    let mut width = 0;
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix('\n')) {
            (rest, line) = (after, line + 1);
            continue;
        }
        let mut record = Record { line, fields: Vec::with_capacity(width) };
        loop {
            let (field, after) = if let Some(quoted) = rest.strip_prefix('"') {
                quoted_field(quoted, &mut line)?
            } else {
                plain_field(rest, delimiter, line)?
            };
            record.fields.push(field);
            if let Some(next) = after.strip_prefix(delimiter) {
                rest = next;
            } else if let Some(next) = strip_line_end(after) {
                rest = next;
                line += 1;
                break;
            } else {
                let reason = "text after a closing quote; double the quotes inside a quoted cell";
                return fault(format!("line {line}"), reason);
            }
        }
        width = record.fields.len();
        records.push(record);
    }
    Ok(records)
}

/// What follows the end of the line that `text` begins with; the text's end is one, too.
fn strip_line_end(text: &str) -> Option<&str> {
    if text.is_empty() {
        return Some(text);
    }
    text.strip_prefix('\n').or_else(|| text.strip_prefix("\r\n"))
}

fn plain_field(text: &str, delimiter: char, line: usize) -> Result<(Cow<'_, str>, &str), Fault> {
    let end = text.find([delimiter, '\n']).unwrap_or(text.len());
    let (mut field, mut rest) = text.split_at(end);
    if rest.starts_with('\n') && field.ends_with('\r') {
        field = &field[..field.len() - 1];
        rest = &text[end - 1..];
    }
    if field.contains('"') {
        let reason = format!("a quote inside the unquoted cell `{field}`; quote the whole cell");
        return fault(format!("line {line}"), reason);
    }
    Ok((Cow::Borrowed(field), rest))
}

/// The field after its opening quote; counts the lines in it.
fn quoted_field<'a>(text: &'a str, line: &mut usize) -> Result<(Cow<'a, str>, &'a str), Fault> {
    let opened = *line;
    let mut field = Cow::Borrowed("");
    let mut rest = text;
    loop {
        let Some(end) = rest.find('"') else {
            let reason = "a quoted cell begins here and is never closed; the file is cut short";
            return fault(format!("line {opened}"), reason);
        };
        let part = &rest[..end];
        *line += part.matches('\n').count();
        if field.is_empty() {
            field = Cow::Borrowed(part);
        } else {
            field.to_mut().push_str(part);
        }
        rest = &rest[end + 1..];
        let Some(next) = rest.strip_prefix('"') else {
            return Ok((field, rest));
        };
        field.to_mut().push('"');
        rest = next;
    }
}

/// Appends a field, quoted where Go's writer quotes: if it holds the delimiter, a quote, a newline
/// or a return, begins with white space, or is `\.`.
pub(super) fn write_field(line: &mut String, field: &str, delimiter: char) {
    let quote = field == "\\."
        || field.contains([delimiter, '"', '\n', '\r'])
        || field.starts_with(char::is_whitespace);
    if !quote {
        line.push_str(field);
        return;
    }
    line.push('"');
    for part in field.split_inclusive('"') {
        line.push_str(part);
        if part.ends_with('"') {
            line.push('"');
        }
    }
    line.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(text: &str) -> Vec<Vec<String>> {
        let owned = |record: Record<'_>| record.fields.into_iter().map(Cow::into_owned).collect();
        records(text, ',').unwrap().into_iter().map(owned).collect()
    }

    #[test]
    fn quotes_newlines_and_line_ends() {
        assert_eq!(fields("a,\"b,\"\"c\"\"\"\r\n\n1,\n"), [["a", "b,\"c\""], ["1", ""]]);
        assert_eq!(fields("\"\"\n\"x\ny\""), [[""], ["x\ny"]]);
        assert_eq!(fields("\"\"\"\"\"\"\n"), [["\"\""]]);
    }

    #[test]
    fn broken_quoting_names_its_line() {
        assert_eq!(records("a\nb\"c\n", ',').unwrap_err().place, "line 2");
        assert_eq!(records("a\n\"b\"c\n", ',').unwrap_err().place, "line 2");
        assert_eq!(records("a\n\"b\n\n", ',').unwrap_err().place, "line 2");
    }

    #[test]
    fn fields_are_quoted_as_go_does() {
        let written = |field: &str| {
            let mut line = String::new();
            write_field(&mut line, field, ',');
            line
        };
        assert_eq!(written(""), "");
        assert_eq!(written("a b"), "a b");
        assert_eq!(written(" a"), "\" a\"");
        assert_eq!(written("a\tb"), "a\tb");
        assert_eq!(written("say \"a\","), "\"say \"\"a\"\",\"");
        assert_eq!(written("\\."), "\"\\.\"");
    }
}
