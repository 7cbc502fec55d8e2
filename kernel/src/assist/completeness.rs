//! Whether a cell is complete, or more lines must come.

use ra_ap_syntax::{Edition, SourceFile, SyntaxKind};

use crate::cell::Cell;

/// Whether a cell can be run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Completeness {
    /// It can.
    Complete,
    /// More lines must come: something is still open.
    Incomplete,
    /// No further text can mend it.
    Invalid,
}

/// Finds out whether a cell can be run, with the indentation of a next line.
pub fn completeness(code: &str) -> (Completeness, String) {
    let cell = Cell::parse(code);
    if cell.errors.is_empty() {
        return (Completeness::Complete, String::new());
    }
    let rust = &code[cell.rust_start..];
    let tree = SourceFile::parse(rust, Edition::Edition2024);
    let mut open: Vec<SyntaxKind> = Vec::new();
    let syntax = tree.syntax_node();
    for token in syntax.descendants_with_tokens().filter_map(|element| element.into_token()) {
        let text = token.text();
        match token.kind() {
            SyntaxKind::STRING if text.len() < 2 || !text.ends_with('"') => {
                return (Completeness::Incomplete, String::new());
            }
            SyntaxKind::COMMENT if text.starts_with("/*") && !text.ends_with("*/") => {
                return (Completeness::Incomplete, String::new());
            }
            kind @ (SyntaxKind::L_PAREN | SyntaxKind::L_BRACK | SyntaxKind::L_CURLY) => {
                open.push(kind);
            }
            SyntaxKind::R_PAREN if open.pop() != Some(SyntaxKind::L_PAREN) => {
                return (Completeness::Invalid, String::new());
            }
            SyntaxKind::R_BRACK if open.pop() != Some(SyntaxKind::L_BRACK) => {
                return (Completeness::Invalid, String::new());
            }
            SyntaxKind::R_CURLY if open.pop() != Some(SyntaxKind::L_CURLY) => {
                return (Completeness::Invalid, String::new());
            }
            _ => {}
        }
    }
    let trimmed = rust.trim_end();
    if !open.is_empty() {
        (Completeness::Incomplete, "    ".repeat(open.len()))
    } else if trimmed.ends_with(['=', '.', ',', '+', '-', '*', '/', '&', '|', '<']) {
        (Completeness::Incomplete, "    ".to_owned())
    } else {
        (Completeness::Invalid, String::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_things_are_incomplete() {
        assert_eq!(completeness("let a = 1;").0, Completeness::Complete);
        assert_eq!(completeness("1 + 1").0, Completeness::Complete);
        assert_eq!(completeness("fn f() {").0, Completeness::Incomplete);
        assert_eq!(completeness("fn f() {").1, "    ");
        assert_eq!(completeness("let s = \"abc").0, Completeness::Incomplete);
        assert_eq!(completeness("let a =").0, Completeness::Incomplete);
        assert_eq!(completeness("let a = )").0, Completeness::Invalid);
        assert_eq!(completeness("let let").0, Completeness::Invalid);
    }
}
