//! One cell taken apart: items, statements, the variables it leaves, its last expression.
//!
//! Parsing is lossless: everything is kept as byte ranges of the cell's own text, so that the code
//! that is compiled in the end differs from it only by insertions within a line, and every
//! diagnostic can be told with the cell's lines and columns.

use std::ops::Range;

use ra_ap_syntax::ast::{self, HasModuleItem as _, HasName as _};
use ra_ap_syntax::{AstNode, Edition, SourceFile, SyntaxKind, SyntaxNode};

mod edit;
mod items;
mod stops;

pub use edit::Weave;
pub use items::{ItemKey, ItemText, SessionItems};
pub use stops::{Leave, Stops};

const OPENING: &str = "fn cell() {";
const NO_STANDARD_INPUT: &str = "a cell has no standard input; ask with `input::line(\"Name: \")`";
const CLOSING: &str = "\n}";

/// A variable that a cell's top level binds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// Its name.
    pub name: String,
    /// Whether it is declared with `mut`.
    pub mutable: bool,
    /// Where its type goes.
    pub place: TypePlace,
    /// The end of its statement.
    pub end: usize,
    /// Whether the statement gives it a value.
    pub initialised: bool,
}

/// Where the type of a binding is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TypePlace {
    /// `let x = ...`: after the name.
    After(usize),
    /// `let x: Vec<_> = ...`: in place of an incomplete type.
    Instead(Range<usize>),
    /// `let x: T = ...`: the type stands there already.
    Given,
    /// `let (x, y) = ...`: by binding the name again after the statement.
    Rebind,
}

/// A cell, parsed.
#[derive(Clone, Debug, Default)]
pub struct Cell {
    /// The text as the user wrote it.
    pub code: String,
    /// Where Rust begins: the offset after leading `:` and `!` command lines.
    pub rust_start: usize,
    /// Functions, types, imports, macros.
    pub items: Vec<ItemText>,
    /// The variables bound at the top level, in order; a name may occur more than once.
    pub bindings: Vec<Binding>,
    /// The last expression, if the cell ends in one.
    pub tail: Option<Range<usize>>,
    /// The operands of `?` at the level of the cell.
    pub tries: Vec<Range<usize>>,
    /// Where a request to stop is looked for.
    pub stops: Stops,
    /// From the first to the last statement or item; `None` if there is none.
    pub body: Option<Range<usize>>,
    /// Syntax errors: where and what.
    pub errors: Vec<(Range<usize>, String)>,
}

impl Cell {
    /// Takes a cell apart. Syntax errors are kept, not returned.
    pub fn parse(code: &str) -> Self {
        let rust_start = command_lines(code);
        let rust = &code[rust_start..];
        let file = SourceFile::parse(&format!("{OPENING}{rust}{CLOSING}"), Edition::Edition2024);
        let mut reader = Reader {
            shift: rust_start as isize - OPENING.len() as isize,
            length: code.len(),
            cell: Self { code: code.to_owned(), rust_start, ..Self::default() },
        };
        for error in file.errors() {
            let range = reader.range_of(error.range());
            reader.cell.errors.push((range, in_symbols(&error.to_string())));
        }
        let tree = file.tree();
        let mut functions = tree.items();
        let body = match functions.next() {
            Some(ast::Item::Fn(function)) => function.body().and_then(|body| body.stmt_list()),
            _ => None,
        };
        if let Some(list) = body {
            reader.read(&list);
            reader.refuse_standard_input(list.syntax());
        }
        if functions.next().is_some() && reader.cell.errors.is_empty() {
            let end = code.len();
            reader.cell.errors.push((end..end, "unexpected closing brace `}`".to_owned()));
        }
        reader.cell
    }

    /// Whether there is any Rust in the cell.
    pub fn has_rust(&self) -> bool {
        self.body.is_some()
    }

    /// A line (from 1) without the blanks around it.
    pub fn range_of_line(&self, number: usize) -> Option<Range<usize>> {
        let line = self.code.split_inclusive('\n').nth(number.checked_sub(1)?)?;
        let start = self.code.split_inclusive('\n').take(number - 1).map(str::len).sum::<usize>();
        let start = start + line.len() - line.trim_start().len();
        Some(start..start + line.trim().len())
    }

    /// The names that the cell's items define.
    pub fn item_names(&self) -> impl Iterator<Item = &str> {
        self.items.iter().filter_map(|item| match &item.key {
            ItemKey::Named(name) => Some(name.as_str()),
            _ => None,
        })
    }

    /// The last binding of each name: the one that lives on after the cell.
    pub fn last_bindings(&self) -> Vec<&Binding> {
        self.bindings
            .iter()
            .enumerate()
            .filter(|(at, binding)| {
                !self.bindings[at + 1..].iter().any(|later| later.name == binding.name)
            })
            .map(|(_, binding)| binding)
            .collect()
    }
}

/// A syntax error with the parser's names for symbols replaced by the symbols.
fn in_symbols(message: &str) -> String {
    const SYMBOLS: [(&str, &str); 12] = [
        ("SEMICOLON", "`;`"),
        ("COMMA", "`,`"),
        ("COLON", "`:`"),
        ("L_PAREN", "`(`"),
        ("R_PAREN", "`)`"),
        ("L_CURLY", "`{`"),
        ("R_CURLY", "`}`"),
        ("L_BRACK", "`[`"),
        ("R_BRACK", "`]`"),
        ("L_ANGLE", "`<`"),
        ("R_ANGLE", "`>`"),
        ("EQ", "`=`"),
    ];
    let words = message.split(' ').map(|word| {
        SYMBOLS.iter().find(|(name, _)| *name == word).map_or(word, |(_, symbol)| symbol)
    });
    words.collect::<Vec<_>>().join(" ")
}

/// The offset of the first line that is neither blank, nor a comment, nor a command of evcxr.
///
/// Without a command line this is 0, so that comments stay where they are.
fn command_lines(code: &str) -> usize {
    let mut start = 0;
    let mut after_command = 0;
    for line in code.split_inclusive('\n') {
        let text = line.trim();
        start += line.len();
        if text.starts_with(':') || line.starts_with('!') {
            after_command = start;
        } else if !(text.is_empty() || line.starts_with("//")) {
            break;
        }
    }
    after_command
}

struct Reader {
    shift: isize,
    length: usize,
    cell: Cell,
}

impl Reader {
    fn range_of(&self, range: ra_ap_syntax::TextRange) -> Range<usize> {
        let place = |offset: ra_ap_syntax::TextSize| {
            let place = u32::from(offset) as isize + self.shift;
            (place.max(0) as usize).min(self.length)
        };
        place(range.start())..place(range.end())
    }

    fn range(&self, node: &SyntaxNode) -> Range<usize> {
        self.range_of(node.text_range())
    }

    fn read(&mut self, list: &ast::StmtList) {
        let mut previous = None;
        for node in list.syntax().children() {
            let range = self.range(&node);
            let body = self.cell.body.get_or_insert(range.clone());
            body.end = range.end;
            if let Some(item) = ast::Item::cast(node.clone()) {
                self.cell.items.extend(items::read(&item, &range, &self.cell.code, &mut previous));
            } else if let Some(statement) = ast::LetStmt::cast(node.clone()) {
                self.read_let(&statement);
                self.read_tries(&node);
            } else {
                self.read_tries(&node);
            }
        }
        self.cell.stops = Stops::find(list, |node| self.range(node)).unwrap_or_default();
        if let Some(tail) = list.tail_expr() {
            self.cell.tail = Some(self.range(tail.syntax()));
        }
    }

    /// What a cell would read are the evaluator's orders.
    fn refuse_standard_input(&mut self, list: &SyntaxNode) {
        for path in list.descendants().filter_map(ast::Path::cast) {
            let text = path.syntax().text();
            let imported =
                path.syntax().parent().is_some_and(|parent| ast::UseTree::can_cast(parent.kind()));
            if text.to_string().ends_with("io::stdin") || imported && text == "stdin" {
                let range = self.range(path.syntax());
                self.cell.errors.push((range, NO_STANDARD_INPUT.to_owned()));
            }
        }
    }

    fn read_let(&mut self, statement: &ast::LetStmt) {
        let Some(pattern) = statement.pat() else {
            return;
        };
        let end = self.range(statement.syntax()).end;
        let initialised = statement.initializer().is_some();
        if let ast::Pat::IdentPat(name) = &pattern
            && name.pat().is_none()
        {
            let place = match statement.ty() {
                None => TypePlace::After(self.range(pattern.syntax()).end),
                Some(given) if is_complete(given.syntax()) => TypePlace::Given,
                Some(given) => TypePlace::Instead(self.range(given.syntax())),
            };
            self.bind(name, place, end, initialised);
            return;
        }
        for name in pattern.syntax().descendants().filter_map(ast::IdentPat::cast) {
            self.bind(&name, TypePlace::Rebind, end, initialised);
        }
    }

    fn bind(&mut self, name: &ast::IdentPat, place: TypePlace, end: usize, initialised: bool) {
        let Some(text) = name.name() else { return };
        let text = text.text().to_string();
        // In a pattern `None` or `MAX` is no variable.
        if place == TypePlace::Rebind && text.starts_with(char::is_uppercase) {
            return;
        }
        let mutable = name.mut_token().is_some();
        self.cell.bindings.push(Binding { name: text, mutable, place, end, initialised });
    }

    /// The operands of `?`, except in functions and blocks that `?` would not leave.
    fn read_tries(&mut self, node: &SyntaxNode) {
        if let Some(attempt) = ast::TryExpr::cast(node.clone())
            && let Some(operand) = attempt.expr()
        {
            let range = self.range(operand.syntax());
            self.cell.tries.push(range);
        }
        let leaves = ast::ClosureExpr::can_cast(node.kind())
            || ast::Item::can_cast(node.kind())
            || ast::BlockExpr::cast(node.clone())
                .is_some_and(|block| block.modifier().is_some_and(takes_errors));
        if !leaves {
            for child in node.children() {
                self.read_tries(&child);
            }
        }
    }
}

fn takes_errors(modifier: ast::BlockModifier) -> bool {
    !matches!(modifier, ast::BlockModifier::Unsafe(_) | ast::BlockModifier::Label(_))
}

/// Whether a type has no part left to infer.
fn is_complete(given: &SyntaxNode) -> bool {
    !given.descendants().any(|node| node.kind() == SyntaxKind::INFER_TYPE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text<'a>(cell: &'a Cell, range: &Range<usize>) -> &'a str {
        &cell.code[range.clone()]
    }

    #[test]
    fn finds_the_last_expression_and_the_bindings() {
        let cell = Cell::parse(
            "let a = 1;\nlet mut b: Vec<_> = vec![a];\nlet (c, mut d) = (1, 2);\nb.len() // n",
        );
        assert!(cell.errors.is_empty(), "{:?}", cell.errors);
        assert_eq!(text(&cell, cell.tail.as_ref().unwrap()), "b.len()");
        let names: Vec<_> = cell.bindings.iter().map(|b| (b.name.as_str(), b.mutable)).collect();
        assert_eq!(names, [("a", false), ("b", true), ("c", false), ("d", true)]);
        assert_eq!(cell.bindings[0].place, TypePlace::After(5));
        let TypePlace::Instead(range) = &cell.bindings[1].place else { panic!() };
        assert_eq!(text(&cell, range), "Vec<_>");
        assert_eq!(cell.bindings[2].place, TypePlace::Rebind);
    }

    #[test]
    fn the_last_binding_of_a_name_counts() {
        let cell = Cell::parse("let x = 1; let x = x.to_string();");
        assert_eq!(cell.last_bindings().len(), 1);
        assert_eq!(cell.last_bindings()[0].end, 33);
    }

    #[test]
    fn finds_question_marks_outside_closures() {
        let cell = Cell::parse(
            "let x = a()?.b()?; let f = |s: &str| -> Option<i32> { s.find('x')?; None };",
        );
        let found: Vec<_> = cell.tries.iter().map(|range| text(&cell, range)).collect();
        assert_eq!(found, ["a()?.b()", "a()"]);
    }

    #[test]
    fn leading_command_lines_are_not_rust() {
        let cell = Cell::parse(":dep rand\n// note\nlet a = 1;");
        assert!(cell.errors.is_empty(), "{:?}", cell.errors);
        assert_eq!(cell.bindings.len(), 1);
        assert!(!Cell::parse(":vars").has_rust());
        assert!(!Cell::parse("// nothing\n\n").has_rust());
    }

    #[test]
    fn standard_input_is_refused() {
        let refused = |code: &str| {
            Cell::parse(code).errors.first().map(|(range, _)| code[range.clone()].to_owned())
        };
        assert_eq!(refused("std::io::stdin().lines()").as_deref(), Some("std::io::stdin"));
        assert_eq!(refused("use std::io::{Read, stdin};").as_deref(), Some("stdin"));
        assert_eq!(refused("fn f() { io::stdin(); }").as_deref(), Some("io::stdin"));
        assert_eq!(refused("let stdin = 1; child.stdin()"), None);
    }

    #[test]
    fn syntax_errors_have_a_place() {
        let cell = Cell::parse("let x = ;");
        assert_eq!(cell.errors[0].0.start, 8);
        assert!(!Cell::parse("let x = (1;").errors.is_empty());
        assert_eq!(Cell::parse("let x = 1").errors[0].1, "expected `;`");
        assert!(!Cell::parse("}").errors.is_empty());
        assert!(!Cell::parse("} fn b() {").errors.is_empty());
    }
}
