//! The compiler's errors, told in the lines of the cell.

use std::collections::BTreeSet;
use std::ops::Range;

use serde_json::Value;

use crate::cell::{Binding, Cell};

use super::source::Source;

const RED: &str = "\u{1b}[1;31m";
const BLUE: &str = "\u{1b}[1;34m";
const CYAN: &str = "\u{1b}[1;36m";
const BOLD: &str = "\u{1b}[1m";
const PLAIN: &str = "\u{1b}[0m";

/// Errors of borrowing that, at the end of a cell, mean that a variable cannot be kept.
const BORROWING: [&str; 9] =
    ["E0597", "E0505", "E0716", "E0506", "E0502", "E0503", "E0521", "E0515", "E0499"];

/// One error, with the places in the cell that it is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostic {
    /// The compiler's number, such as `E0308`.
    pub code: Option<String>,
    /// What is wrong.
    pub message: String,
    /// Where, with the text of the cell's lines.
    pub places: Vec<Place>,
    /// Notes and help, each one line or more.
    pub notes: Vec<String>,
}

/// A place in a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// The number of characters to mark, at least 1.
    pub length: usize,
    /// The text of the line.
    pub text: String,
    /// What is the matter there; may be empty.
    pub label: String,
    /// Whether the error is here rather than explained from here.
    pub primary: bool,
}

impl Place {
    fn new(cell: &Cell, range: Range<usize>, label: &str, primary: bool) -> Self {
        let code = &cell.code;
        let start = floor(code, range.start);
        let end = floor(code, range.end.max(start));
        let line_start = code[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = code[start..].find('\n').map_or(code.len(), |at| start + at);
        Self {
            line: code[..start].matches('\n').count() + 1,
            column: code[line_start..start].chars().count() + 1,
            length: code[start..end.min(line_end).max(start)].chars().count().max(1),
            text: code[line_start..line_end].to_owned(),
            label: label.to_owned(),
            primary,
        }
    }
}

/// The nearest place at or before `at` that does not split a character.
fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

impl Diagnostic {
    /// An error without a place.
    pub fn message(message: impl Into<String>) -> Self {
        Self { message: message.into(), ..Self::default() }
    }

    /// A syntax error.
    pub fn syntax(cell: &Cell, range: &Range<usize>, message: &str) -> Self {
        Self {
            message: format!("syntax: {message}"),
            places: vec![Place::new(cell, range.clone(), "", true)],
            ..Self::default()
        }
    }

    /// A variable whose value cannot live on after the cell.
    pub(super) fn cannot_keep(cell: &Cell, binding: &Binding, why: &str) -> Self {
        let statement = &cell.code[..binding.end];
        let start = last_word(statement, &binding.name).unwrap_or(binding.end);
        Self {
            message: format!("the variable `{}` cannot be kept between cells", binding.name),
            places: vec![Place::new(cell, start..start + binding.name.len(), why, true)],
            notes: vec![
                "help: what need not be kept can stand within braces: `{ ... }`".to_owned(),
            ],
            ..Self::default()
        }
    }

    /// Explains a missing variable that an earlier cell gave away.
    pub fn explain_moved(&mut self, moved: &BTreeSet<String>) {
        if self.code.as_deref() != Some("E0425") {
            return;
        }
        if let Some(name) = moved.iter().find(|name| self.message.contains(&format!("`{name}`"))) {
            self.notes.push(format!(
                "note: an earlier cell gave `{name}` away (moved it); use `{name}.clone()` or \
                 `&{name}` there to keep it"
            ));
        }
    }

    /// The error as coloured text for a notebook.
    pub fn render(&self) -> String {
        let code = self.code.as_ref().map(|code| format!("[{code}]")).unwrap_or_default();
        format!("{RED}error{code}{PLAIN}{BOLD}: {}{PLAIN}{}", self.message, self.places())
    }

    /// A place in the cell, marked in its line, as it stands below an error's message.
    pub fn mark(cell: &Cell, range: &Range<usize>) -> String {
        let places = vec![Place::new(cell, range.clone(), "", true)];
        Self { places, ..Self::default() }.places().trim_start_matches('\n').to_owned()
    }

    /// The places and notes, each from a new line.
    fn places(&self) -> String {
        let mut text = String::new();
        let width = self.places.iter().map(|place| place.line).max().unwrap_or(0).to_string().len();
        let margin = " ".repeat(width);
        let mut places: Vec<_> = self.places.iter().collect();
        if let Some(first) = places.iter().find(|place| place.primary).or(places.first()) {
            text.push_str(&format!(
                "\n{margin}{BLUE}-->{PLAIN} line {}, column {}\n{margin} {BLUE}|{PLAIN}",
                first.line, first.column
            ));
        }
        places.sort_by_key(|place| (place.line, !place.primary, place.column));
        let mut line = 0;
        for place in places {
            if place.line != line {
                line = place.line;
                let number = format!("{line:>width$}");
                text.push_str(&format!("\n{BLUE}{number} |{PLAIN} {}", place.text));
            }
            let (mark, colour) = if place.primary { ("^", RED) } else { ("-", CYAN) };
            let indent: String = place
                .text
                .chars()
                .take(place.column - 1)
                .map(|c| if c == '\t' { '\t' } else { ' ' })
                .collect();
            let mark = mark.repeat(place.length);
            let label = place.label.replace('\n', " ");
            let marked = format!("{mark} {label}");
            let marked = marked.trim_end();
            text.push_str(&format!("\n{margin} {BLUE}|{PLAIN} {indent}{colour}{marked}{PLAIN}"));
        }
        for note in &self.notes {
            text.push_str(&format!("\n{margin} {BLUE}={PLAIN} {note}"));
        }
        text
    }
}

fn last_word(text: &str, word: &str) -> Option<usize> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let start = text.rfind("let ").unwrap_or(0);
    text[start..]
        .match_indices(word)
        .map(|(at, _)| start + at)
        .find(|&at| !text[..at].ends_with(is_word) && !text[at + word.len()..].starts_with(is_word))
}

/// What the compiler complained of.
#[derive(Debug, Default)]
pub(super) struct Errors {
    /// Errors of the cell.
    pub told: Vec<Diagnostic>,
    /// Variables that are moved away before the end.
    pub moved: BTreeSet<String>,
}

/// Reads the compiler's messages, one JSON object a line.
pub(super) fn read(messages: &str, cell: &Cell, source: &Source) -> Errors {
    let mut errors = Errors::default();
    let mut strange = String::new();
    for line in messages.lines() {
        let Ok(message) = serde_json::from_str::<Value>(line) else {
            strange.push_str(line);
            strange.push('\n');
            continue;
        };
        if message["level"] == "error" {
            read_one(&message, cell, source, &mut errors);
        }
    }
    if errors.told.is_empty() && errors.moved.is_empty() {
        errors.told.push(Diagnostic::message(format!("the compiler failed\n{strange}")));
    }
    errors
}

/// Values of types that must be used, such as results, and are not.
///
/// The compiler also warns of operations and functions whose value is ignored, for which nothing
/// happens that ought to be known; these may stand in a cell.
pub(super) fn ignored(messages: &str, cell: &Cell, source: &Source) -> Vec<Diagnostic> {
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut ignored = Vec::new();
    for message in messages.filter(|message| message["code"]["code"] == "unused_must_use") {
        let text = message["message"].as_str().unwrap_or_default();
        let spans = message["spans"].as_array().map(Vec::as_slice).unwrap_or_default();
        let places: Vec<_> = spans.iter().filter_map(|span| place(span, cell, source)).collect();
        let of_type = text.contains('`') && !text.starts_with("unused return value");
        if !of_type || places.is_empty() {
            continue;
        }
        let is_result = text.contains("Result`");
        ignored.push(if is_result {
            Diagnostic {
                message: "a `Result` is ignored: if this fails, nobody will know".to_owned(),
                notes: vec![
                    "help: put `?` after it, so that an error stops the cell".to_owned(),
                    "help: or put `let _ = ` before it, to go on whatever happens".to_owned(),
                ],
                places,
                code: None,
            }
        } else {
            let children = message["children"].as_array().map(Vec::as_slice).unwrap_or_default();
            let notes = children.iter().filter_map(note).collect();
            Diagnostic { code: None, message: text.to_owned(), places, notes }
        });
    }
    ignored
}

fn read_one(message: &Value, cell: &Cell, source: &Source, errors: &mut Errors) {
    let text = message["message"].as_str().unwrap_or_default();
    let code = message["code"]["code"].as_str();
    let spans = message["spans"].as_array().map(Vec::as_slice).unwrap_or_default();
    if spans.is_empty() && text.starts_with("aborting due to") {
        return;
    }
    let starts = spans.iter().filter_map(|span| span["byte_start"].as_u64());
    let kept = starts.filter_map(|start| source.kept_at(start as usize)).next();
    if let Some(name) = kept {
        if matches!(code, Some("E0382" | "E0381")) {
            errors.moved.insert(name.to_owned());
            return;
        }
        if code.is_none_or(|code| BORROWING.contains(&code)) || code == Some("E0310") {
            errors.told.push(borrowing(name, text, spans, cell, source));
            return;
        }
    }
    let mut notes = Vec::new();
    for child in message["children"].as_array().map(Vec::as_slice).unwrap_or_default() {
        notes.extend(note(child));
    }
    let places: Vec<_> = spans.iter().filter_map(|span| place(span, cell, source)).collect();
    if places.is_empty() && spans.iter().any(|span| span["is_primary"] == true) {
        // An item of an earlier cell, or generated code.
        let line = spans[0]["text"][0]["text"].as_str().unwrap_or_default().trim();
        if !line.is_empty() {
            notes.insert(0, format!("note: in an earlier cell: `{line}`"));
        }
    }
    errors.told.push(Diagnostic {
        code: code.map(str::to_owned),
        message: text.to_owned(),
        places,
        notes,
    });
}

/// The place in the cell that a span of the program stands for.
fn place(span: &Value, cell: &Cell, source: &Source) -> Option<Place> {
    let label = span["label"].as_str().unwrap_or_default();
    let primary = span["is_primary"] == true;
    let mut span = span;
    loop {
        let in_program = |key: &str| span[key].as_u64().map(|place| place as usize);
        let own = span["file_name"].as_str().is_some_and(|name| name.ends_with("cell.rs"));
        if own
            && let (Some(start), Some(end)) = (in_program("byte_start"), in_program("byte_end"))
            && let Some(start) = source.in_cell(start)
        {
            let end = source.in_cell(end).unwrap_or(start);
            return Some(Place::new(cell, start..end, label, primary));
        }
        // Within a macro: the place where it is called.
        span = &span["expansion"]["span"];
        if span.is_null() {
            return None;
        }
    }
}

fn note(child: &Value) -> Option<String> {
    let level = child["level"].as_str().unwrap_or("note");
    let text = child["message"].as_str().unwrap_or_default();
    if text.is_empty()
        || text.contains("emergent_probe")
        || text.contains("#[warn(")
        || text.contains("lint level is defined")
    {
        return None;
    }
    let spans = child["spans"].as_array().map(Vec::as_slice).unwrap_or_default();
    let replacement = spans.first().and_then(|span| span["suggested_replacement"].as_str());
    match replacement.map(str::trim) {
        Some(new) if !new.is_empty() && spans.len() == 1 => {
            Some(format!("{level}: {text}: `{new}`"))
        }
        _ => Some(format!("{level}: {text}")),
    }
}

fn borrowing(name: &str, text: &str, spans: &[Value], cell: &Cell, source: &Source) -> Diagnostic {
    let places: Vec<_> = spans.iter().filter_map(|span| place(span, cell, source)).collect();
    Diagnostic {
        code: None,
        message: format!(
            "the variable `{name}` holds a reference and cannot be kept between cells"
        ),
        places,
        notes: vec![
            format!("note: {text}"),
            "help: clone what it refers to, or put what need not be kept within braces: `{ ... }`"
                .to_owned(),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_the_place() {
        let cell = Cell::parse("let a = 1;\nlet é: i32 = \"x\";");
        let start = cell.code.find('"').unwrap();
        let diagnostic = Diagnostic {
            code: Some("E0308".to_owned()),
            message: "mismatched types".to_owned(),
            places: vec![Place::new(&cell, start..start + 3, "expected `i32`", true)],
            notes: vec!["help: try this".to_owned()],
        };
        let mut text = diagnostic.render();
        for colour in [RED, BLUE, CYAN, BOLD, PLAIN] {
            text = text.replace(colour, "");
        }
        assert_eq!(
            text,
            "error[E0308]: mismatched types\n --> line 2, column 14\n  |\n2 | let é: i32 = \"x\";\n  \
             |              ^^^ expected `i32`\n  = help: try this"
        );
    }

    #[test]
    fn finds_the_variable_in_its_statement() {
        assert_eq!(last_word("let fa = 1; let a = b", "a"), Some(16));
    }
}
