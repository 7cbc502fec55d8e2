//! What stands at the cursor of a cell that may not be finished.

use std::ops::Range;

use ra_ap_syntax::ast::{self, HasLoopBody as _, HasName as _};
use ra_ap_syntax::{AstNode, Edition, SourceFile, SyntaxKind, SyntaxNode, SyntaxToken, TextSize};

use crate::cell::Cell;

/// Stands for the word that is still to be written.
const MARK: &str = "emergent_cursor";
const OPENING: &str = "fn cell() {";

/// How functions begin whose texts are the names of files and folders.
const FILE_CALLS: [&str; 7] = ["read", "write", "open", "load", "save", "resume", "to_folder"];

/// A name in a cell, and what comes before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The bytes of the word, or of its part before the cursor.
    pub word: Range<usize>,
    /// What the word is.
    pub place: Place,
    /// Names that the cell binds before the cursor.
    pub locals: Vec<String>,
}

/// What a word is, by what comes before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// After a dot: a member of the value in these bytes.
    Member(Range<usize>),
    /// After `::`: an item of the last name before it.
    Path(String),
    /// A name of its own.
    Name,
    /// Within a string.
    Text,
    /// Within a string that names a file: the folder that stands there already, such as `out/`.
    File(String),
    /// Within a comment or a number.
    Nothing,
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// What is to be completed at a place in bytes.
pub fn to_complete(code: &str, at: usize) -> Cursor {
    let cursor = find(code, word_start(code, at, is_word)..at);
    match cursor.place {
        Place::Text => in_file_name(code, at).map_or(cursor, |(folder, word)| Cursor {
            word,
            place: Place::File(folder),
            locals: Vec::new(),
        }),
        _ => cursor,
    }
}

/// The folder and the last part of the path that is being written, if it is one of a file.
fn in_file_name(code: &str, at: usize) -> Option<(String, Range<usize>)> {
    let name = called(code, at)?;
    if !FILE_CALLS.iter().any(|call| code[name.clone()].starts_with(call)) {
        return None;
    }
    let path = code[..at].rfind('"')? + 1;
    let word = code[path..at].rfind('/').map_or(path, |slash| path + slash + 1);
    Some((code[path..word].to_owned(), word..at))
}

/// What is asked about at a place in bytes: the word there, or the function whose arguments are
/// being written.
pub fn to_inspect(code: &str, at: usize) -> Option<Cursor> {
    let start = word_start(code, at, is_word);
    let end = at + code[at..].find(|c| !is_word(c)).unwrap_or(code.len() - at);
    if start < end && !code[start..end].starts_with(|c: char| c.is_ascii_digit()) {
        let cursor = find(code, start..end);
        if matches!(cursor.place, Place::Member(_) | Place::Path(_) | Place::Name) {
            return Some(cursor);
        }
    }
    called(code, at).map(|word| find(code, word))
}

fn word_start(code: &str, at: usize, is_part: impl Fn(char) -> bool) -> usize {
    let before = code[..at].char_indices().rev();
    before.take_while(|&(_, c)| is_part(c)).last().map_or(at, |(start, _)| start)
}

fn find(code: &str, word: Range<usize>) -> Cursor {
    let (tree, shift) = parse(code, &word);
    let offset = TextSize::try_from(word.start + OPENING.len() - shift).unwrap_or_default();
    let token = tree.token_at_offset(offset).right_biased();
    let place = token.as_ref().map_or(Place::Nothing, |token| place_of(token, shift));
    let locals = tree.descendants().filter_map(ast::IdentPat::cast);
    let locals = locals.filter(|name| name.syntax().text_range().end() <= offset);
    let mut locals: Vec<_> =
        locals.filter_map(|name| name.name()).map(|name| name.text().to_string()).collect();
    locals.sort();
    locals.dedup();
    let word = match place {
        Place::Text => {
            word_start(&code[..word.end], word.end, |c| is_word(c) || c == '.')..word.end
        }
        _ => word,
    };
    Cursor { word, place, locals }
}

/// The cell up to the word, with a mark in place of it, and where its Rust begins.
fn parse(code: &str, word: &Range<usize>) -> (SyntaxNode, usize) {
    let start = Cell::parse(&code[..word.end]).rust_start.min(word.start);
    let text = format!("{OPENING}{}{MARK}", without_macros(&code[start..word.start]));
    (SourceFile::parse(&text, Edition::Edition2024).syntax_node(), start)
}

/// Macro calls made calls of functions, since the arguments of a macro have no syntax.
fn without_macros(code: &str) -> String {
    let mut before = ' ';
    let mut characters = code.chars().peekable();
    let mut text = String::with_capacity(code.len());
    while let Some(character) = characters.next() {
        let is_call =
            character == '!' && is_word(before) && matches!(characters.peek(), Some('(' | '['));
        text.push(if is_call { '_' } else { character });
        before = character;
    }
    text
}

fn place_of(token: &SyntaxToken, shift: usize) -> Place {
    match token.kind() {
        SyntaxKind::STRING => return Place::Text,
        SyntaxKind::IDENT => {}
        // An unfinished string takes in the mark.
        SyntaxKind::ERROR if token.text().contains('"') => return Place::Text,
        _ => return Place::Nothing,
    }
    let Some(name) = token.parent() else { return Place::Nothing };
    let Some(parent) = name.parent() else { return Place::Name };
    let receiver = ast::MethodCallExpr::cast(parent.clone())
        .and_then(|call| call.receiver())
        .or_else(|| ast::FieldExpr::cast(parent.clone()).and_then(|field| field.expr()));
    if let Some(receiver) = receiver {
        let range = receiver.syntax().text_range();
        let place = |at: TextSize| usize::from(at) + shift - OPENING.len();
        return Place::Member(place(range.start())..place(range.end()));
    }
    let path = parent.parent().and_then(ast::Path::cast);
    let before = path.and_then(|path| path.qualifier()).and_then(|before| before.segment());
    match before.and_then(|segment| segment.name_ref()) {
        Some(before) => Place::Path(before.text().to_string()),
        None => Place::Name,
    }
}

/// The name of the function whose parentheses are open at a place.
fn called(code: &str, at: usize) -> Option<Range<usize>> {
    let (tree, shift) = parse(code, &(at..at));
    let end = TextSize::try_from(at + OPENING.len() - shift).ok()?;
    let token = tree.token_at_offset(end).left_biased()?;
    let list = token.parent_ancestors().find_map(ast::ArgList::cast)?;
    let call = list.syntax().parent()?;
    let name = match ast::MethodCallExpr::cast(call.clone()) {
        Some(method) => method.name_ref()?,
        None => match ast::CallExpr::cast(call)?.expr()? {
            ast::Expr::PathExpr(path) => path.path()?.segment()?.name_ref()?,
            _ => return None,
        },
    };
    let range = name.syntax().text_range();
    let place = |at: TextSize| (usize::from(at) + shift).checked_sub(OPENING.len());
    Some(place(range.start())?..place(range.end())?)
}

/// The cell up to a value, with the value replaced and everything that is open closed, so that it
/// can be compiled.
pub fn closed(code: &str, value: &Range<usize>, replacement: &str) -> String {
    let start = Cell::parse(&code[..value.end]).rust_start.min(value.start);
    let before = &code[start..value.start];
    let (tree, _) = parse(code, &(value.start..value.start));
    let mut open = Vec::new();
    let tokens = tree.descendants_with_tokens().filter_map(|element| element.into_token());
    for token in tokens.skip_while(|token| usize::from(token.text_range().end()) < OPENING.len()) {
        match token.kind() {
            SyntaxKind::L_PAREN => open.push((')', token.text_range().start())),
            SyntaxKind::L_BRACK => open.push((']', token.text_range().start())),
            SyntaxKind::L_CURLY => open.push(('}', token.text_range().start())),
            SyntaxKind::R_PAREN | SyntaxKind::R_BRACK | SyntaxKind::R_CURLY => {
                open.pop();
            }
            _ => {}
        }
    }
    // The brace of the function around.
    if !open.is_empty() {
        open.remove(0);
    }
    let mut text = format!("{before}{replacement}");
    let mut heads = heads_without_block(&tree);
    while let Some((closing, at)) = open.pop() {
        while heads.pop_if(|head| *head > at).is_some() {
            text.push_str(" {}");
        }
        text.push(closing);
    }
    text.push_str(&" {}".repeat(heads.len()));
    text.push(';');
    text
}

/// Where an `if`, `while`, `for` or `match` begins whose block has not been reached.
fn heads_without_block(tree: &SyntaxNode) -> Vec<TextSize> {
    let Some(last) = tree.last_token() else { return Vec::new() };
    let mark = last.text_range().start();
    let mut heads: Vec<_> = last
        .parent_ancestors()
        .filter(|node| {
            let body = match node.kind() {
                SyntaxKind::IF_EXPR => ast::IfExpr::cast(node.clone())
                    .and_then(|head| head.then_branch())
                    .map(|b| b.syntax().clone()),
                SyntaxKind::WHILE_EXPR => ast::WhileExpr::cast(node.clone())
                    .and_then(|head| head.loop_body())
                    .map(|b| b.syntax().clone()),
                SyntaxKind::FOR_EXPR => ast::ForExpr::cast(node.clone())
                    .and_then(|head| head.loop_body())
                    .map(|b| b.syntax().clone()),
                SyntaxKind::MATCH_EXPR => ast::MatchExpr::cast(node.clone())
                    .and_then(|head| head.match_arm_list())
                    .map(|b| b.syntax().clone()),
                _ => return false,
            };
            body.is_none_or(|body| {
                body.text_range().start() >= mark || body.text_range().is_empty()
            })
        })
        .map(|node| node.text_range().start())
        .collect();
    heads.reverse();
    heads
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complete(code: &str) -> (String, Place) {
        let cursor = to_complete(code, code.len());
        (code[cursor.word.clone()].to_owned(), cursor.place)
    }

    fn receiver(code: &str) -> String {
        match complete(code).1 {
            Place::Member(range) => code[range].to_owned(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_word_is_a_member_an_item_or_a_name() {
        assert_eq!(complete("let a = 1;\nlet b = tab"), ("tab".to_owned(), Place::Name));
        assert_eq!(complete("Metric::Cor"), ("Cor".to_owned(), Place::Path("Metric".to_owned())));
        assert_eq!(complete("a::b::"), (String::new(), Place::Path("b".to_owned())));
        assert_eq!(receiver("net.add_layer(\"a\", &[1])?.na"), "net.add_layer(\"a\", &[1])?");
        assert_eq!(receiver(":dep x\nfor row in table.view()."), "table.view()");
        assert_eq!(receiver("é.iter().map(|x| x."), "x");
        assert_eq!(receiver("println!(\"{}\", log."), "log");
        assert_eq!(complete("// a comm").1, Place::Nothing);
        assert_eq!(complete("(\"Prjn.Learn.Lra"), ("Prjn.Learn.Lra".to_owned(), Place::Text));
        let file = |folder: &str| Place::File(folder.to_owned());
        assert_eq!(complete("Table::read(\"out/a/ep"), ("ep".to_owned(), file("out/a/")));
        assert_eq!(complete("net.open_weights(\""), (String::new(), file("")));
        assert_eq!(complete("table.write(\"my lo"), ("my lo".to_owned(), file("")));
        assert_eq!(complete("read(a, f(\"b").1, Place::Text);
        assert_eq!(to_complete("let (mut a, b) = c; for d in e { f", 34).locals, ["a", "b", "d"]);
    }

    #[test]
    fn the_call_around_is_asked_about() {
        let at = |code: &str, place: usize| {
            to_inspect(code, place).map(|cursor| code[cursor.word].to_owned())
        };
        assert_eq!(at("net.add_layer(", 14), Some("add_layer".to_owned()));
        assert_eq!(at("net.add_layer(\"Input\", ", 23), Some("add_layer".to_owned()));
        assert_eq!(at("Pca::fit(&log, \"Hid", 19), Some("fit".to_owned()));
        assert_eq!(at("let table = 1;", 6), Some("table".to_owned()));
        assert_eq!(at("1 + 2", 3), None);
    }

    #[test]
    fn what_is_open_is_closed() {
        let close = |code: &str| {
            let Place::Member(value) = complete(code).1 else { panic!("{code}") };
            closed(code, &value, "X")
        };
        assert_eq!(close("let a = b."), "let a = X;");
        assert_eq!(close("f(vec![g(a."), "f(vec![g(X)]);");
        assert_eq!(close("for x in y { x."), "for x in y { X};");
        assert_eq!(close("for x in y."), "for x in X {};");
        assert_eq!(close("if f(a."), "if f(X) {};");
        assert_eq!(close("let b = { match a."), "let b = { match X {}};");
        assert_eq!(close("v.iter().map(|x| x."), "v.iter().map(|x| X);");
    }
}
