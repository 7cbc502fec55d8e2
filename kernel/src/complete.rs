//! Completion, inspection and the question whether a cell is complete, from the text alone.

use std::collections::BTreeMap;

use ra_ap_syntax::{Edition, SourceFile, SyntaxKind};

use crate::cell::Cell;
use crate::shared::Shared;

const KEYWORDS: [&str; 24] = [
    "as", "break", "const", "continue", "else", "enum", "false", "fn", "for", "if", "impl", "in",
    "let", "loop", "match", "mut", "pub", "return", "struct", "trait", "true", "type", "use",
    "while",
];

/// Names of the toolkit's prelude, and what they are.
const PRELUDE: [(&str, &str); 34] = [
    ("Bundle", "struct: one value in several forms"),
    ("CellShape", "struct: sizes and dimension names of a tensor cell"),
    ("ColumnSpec", "struct: name, type and shape of a column"),
    ("CsvOptions", "struct: how text files are read and written"),
    ("Dendrogram", "struct: a tree of clusters"),
    ("ElementType", "enum: type of a column's elements"),
    ("Figure", "struct: a figure"),
    ("KMeans", "struct: clusters around centres"),
    ("Linkage", "enum: how clusters are joined"),
    ("Metric", "enum: how patterns are compared"),
    ("NanPolicy", "enum: what to do with NaN"),
    ("Pca", "struct: principal components"),
    ("PcaOptions", "struct: options of principal components"),
    ("Progress", "struct: a progress bar"),
    ("Result", "type: a result with the toolkit's error"),
    ("Scaling", "enum: covariance or correlation"),
    ("Show", "trait: values that show themselves"),
    ("SimilarityMatrix", "struct: all pairs compared"),
    ("Table", "struct: a table whose cells may be tensors"),
    ("TableBuilder", "struct: a table built row by row"),
    ("View", "struct: rows of a table"),
    ("clear_output", "fn(wait: bool)"),
    ("col", "fn(name) -> Expr"),
    ("dendrogram_figure", "fn(&Dendrogram) -> Result<Figure>"),
    ("heat_map", "fn(&SimilarityMatrix) -> Result<Figure>"),
    ("interrupt", "module: asking long work to stop"),
    ("kmeans", "fn(view, column, labels, k, seed) -> Result<KMeans>"),
    ("line_chart", "fn(view, x, y) -> Result<Figure>"),
    ("linkage", "fn(&SimilarityMatrix, Linkage) -> Result<Dendrogram>"),
    ("lit", "fn(value) -> Expr"),
    ("scatter", "fn -> Result<Figure>"),
    ("show", "fn(&value) -> Shown"),
    ("similarity_matrix", "fn(view, column, labels, Metric) -> Result<SimilarityMatrix>"),
    ("similarity_matrix_with", "fn -> Result<SimilarityMatrix>"),
];

/// Words that can always be completed, with what they are.
pub fn words() -> BTreeMap<String, String> {
    let keywords = KEYWORDS.iter().map(|word| (word.to_string(), "keyword".to_owned()));
    let prelude = PRELUDE.iter().map(|(name, about)| (name.to_string(), (*about).to_owned()));
    keywords.chain(prelude).collect()
}

/// The word around a position given in characters: its start, its end and the word itself.
///
/// With `whole` it reaches to the end of the word, otherwise to the position.
fn word_at(code: &str, position: usize, whole: bool) -> (usize, usize, String) {
    let characters: Vec<char> = code.chars().collect();
    let is_word = |c: &char| c.is_alphanumeric() || *c == '_';
    let position = position.min(characters.len());
    let before = characters[..position].iter().rev().take_while(|c| is_word(c)).count();
    let after = characters[position..].iter().take_while(|c| whole && is_word(c)).count();
    let (start, end) = (position - before, position + after);
    (start, end, characters[start..end].iter().collect())
}

/// The completions at a position, and the range of characters that they replace.
pub fn complete(shared: &Shared, code: &str, position: usize) -> (Vec<String>, usize, usize) {
    let (start, end, word) = word_at(code, position, false);
    let after_dot = start > 0 && code.chars().nth(start - 1) == Some('.');
    // Methods and fields are not known from the text alone.
    let matches = if after_dot { Vec::new() } else { shared.names_from(&word) };
    (matches, start, end)
}

/// What is known of the name at a position.
pub fn inspect(shared: &Shared, code: &str, position: usize) -> Option<String> {
    let (_, _, word) = word_at(code, position, true);
    let about = shared.describe(&word)?;
    Some(format!("{word}: {about}"))
}

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

    #[test]
    fn positions_count_characters() {
        let shared = Shared::default();
        shared.set_names(BTreeMap::from([("table".to_owned(), "Table".to_owned())]));
        assert_eq!(complete(&shared, "é + tab", 7), (vec!["table".to_owned()], 4, 7));
        assert_eq!(complete(&shared, "x.tab", 5).0, [""; 0]);
        assert_eq!(inspect(&shared, "é + table", 6), Some("table: Table".to_owned()));
        assert_eq!(inspect(&shared, "nothing", 2), None);
    }
}
