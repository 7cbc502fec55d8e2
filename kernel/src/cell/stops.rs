//! Where a cell can be stopped: each round of its loops, and before its statements.
//!
//! A loop at the level of the cell is left as by `break`, so that the cell goes on to its end and
//! its variables are kept. A loop in a function or a closure cannot be left so; there the stack
//! unwinds.

use std::ops::Range;

use ra_ap_syntax::ast::{self, HasLoopBody};
use ra_ap_syntax::{AstNode, SyntaxKind, SyntaxNode, T};

/// How a round of a loop ends when the cell is to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leave {
    /// As by `break`.
    Break,
    /// By unwinding.
    Unwind,
}

/// Places in a cell at which a request to stop is looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stops {
    /// Just within the body of each loop.
    pub rounds: Vec<(usize, Leave)>,
    /// The statements at the level of the cell that bind nothing, and so can be left out.
    pub statements: Vec<Range<usize>>,
}

impl Stops {
    /// Finds the places. `range` gives a node's range in the cell.
    ///
    /// A cell that looks at the flag itself is left alone.
    pub(super) fn find(
        list: &ast::StmtList,
        range: impl Fn(&SyntaxNode) -> Range<usize>,
    ) -> Option<Self> {
        if looks_itself(list.syntax()) {
            return None;
        }
        let late = has_late_value(list.syntax());
        let mut stops = Self::default();
        for statement in list.statements() {
            if let ast::Stmt::ExprStmt(statement) = &statement
                && !late
                // It might bind variables.
                && !matches!(statement.expr(), None | Some(ast::Expr::MacroExpr(_)))
            {
                stops.statements.push(range(statement.syntax()));
            }
        }
        let mut rounds = Vec::new();
        find_rounds(list.syntax(), list.syntax(), true, late, &mut rounds);
        // Just after the opening brace, which is one byte long.
        stops.rounds =
            rounds.into_iter().map(|(body, leave)| (range(&body).start + 1, leave)).collect();
        Some(stops)
    }
}

/// Whether the code names something of the module `interrupt`; comments and texts do not count.
fn looks_itself(list: &SyntaxNode) -> bool {
    let tokens = list.descendants_with_tokens().filter_map(|element| element.into_token());
    let tokens: Vec<_> = tokens.filter(|token| !token.kind().is_trivia()).collect();
    tokens.iter().enumerate().any(|(at, token)| {
        let kind = |at: usize| tokens.get(at).map(|token| token.kind());
        // Within the arguments of a macro `::` may be two colons.
        let follows = kind(at + 1) == Some(T![::])
            || kind(at + 1) == Some(T![:]) && kind(at + 2) == Some(T![:]);
        token.kind() == SyntaxKind::IDENT && token.text() == "interrupt" && follows
    })
}

/// The `break`s that end a loop, and those that leave it with a label; `body` is its body.
fn breaks_of(body: &SyntaxNode) -> Vec<ast::BreakExpr> {
    let mut found = Vec::new();
    for child in body.children() {
        let inner = |found: &ast::BreakExpr| found.lifetime().is_some();
        if is_loop(&child) {
            // Only with a label does one lead out of the inner loop.
            found.extend(child.descendants().filter_map(ast::BreakExpr::cast).filter(inner));
        } else if !is_body_of_its_own(&child) {
            found.extend(ast::BreakExpr::cast(child.clone()));
            found.extend(breaks_of(&child));
        }
    }
    found
}

fn is_loop(node: &SyntaxNode) -> bool {
    matches!(node.kind(), SyntaxKind::FOR_EXPR | SyntaxKind::WHILE_EXPR | SyntaxKind::LOOP_EXPR)
}

/// Whether a node is a statement of the cell, or its last expression.
fn is_of_cell(node: &SyntaxNode, cell: &SyntaxNode) -> bool {
    let parent = node.parent().filter(|parent| parent.kind() != SyntaxKind::EXPR_STMT);
    parent.or_else(|| node.parent()?.parent()).is_some_and(|parent| parent == *cell)
}

/// Whether a variable gets its value after its `let`, so that no way may lead around it.
fn has_late_value(list: &SyntaxNode) -> bool {
    list.descendants().filter_map(ast::LetStmt::cast).any(|found| found.initializer().is_none())
}

/// The bodies of the loops in a node; `in_cell` if `break` leads on to the rest of the cell.
fn find_rounds(
    node: &SyntaxNode,
    cell: &SyntaxNode,
    in_cell: bool,
    late: bool,
    rounds: &mut Vec<(SyntaxNode, Leave)>,
) {
    for child in node.children() {
        if is_constant(&child) {
            continue;
        }
        let in_cell = in_cell && !is_body_of_its_own(&child);
        if let Some((body, may_break)) = body_of_loop(&child, cell, late) {
            let leave = if in_cell && may_break { Leave::Break } else { Leave::Unwind };
            rounds.push((body, leave));
        }
        find_rounds(&child, cell, in_cell, late, rounds);
    }
}

/// The body of a loop, and whether a further `break` leaves the types and values as they are.
fn body_of_loop(node: &SyntaxNode, cell: &SyntaxNode, late: bool) -> Option<(SyntaxNode, bool)> {
    let (body, may_break) = if let Some(found) = ast::ForExpr::cast(node.clone()) {
        (found.loop_body(), true)
    } else if let Some(found) = ast::WhileExpr::cast(node.clone()) {
        (found.loop_body(), true)
    } else {
        let found = ast::LoopExpr::cast(node.clone())?;
        let body = found.loop_body();
        let breaks = body.as_ref().map(|body| breaks_of(body.syntax())).unwrap_or_default();
        let has_value = breaks.iter().any(|found| found.expr().is_some());
        // A loop without an end has any type, which may be what its place needs.
        let may_end = !breaks.is_empty() || is_of_cell(node, cell);
        (body, may_end && !has_value && !late)
    };
    Some((body?.stmt_list()?.syntax().clone(), may_break))
}

/// Whether code in the node runs, if at all, in the compiler; or where unwinding must not begin.
fn is_constant(node: &SyntaxNode) -> bool {
    if let Some(function) = ast::Fn::cast(node.clone()) {
        return function.const_token().is_some() || function.abi().is_some();
    }
    let is_const_block = ast::BlockExpr::cast(node.clone())
        .is_some_and(|block| matches!(block.modifier(), Some(ast::BlockModifier::Const(_))));
    // `[value; length]`
    let is_length = node.parent().is_some_and(|parent| parent.kind() == SyntaxKind::ARRAY_EXPR)
        && node
            .siblings_with_tokens(ra_ap_syntax::Direction::Prev)
            .any(|before| before.kind() == T![;]);
    is_const_block
        || is_length
        || ast::Type::can_cast(node.kind())
        || matches!(
            node.kind(),
            SyntaxKind::CONST
                | SyntaxKind::STATIC
                | SyntaxKind::CONST_ARG
                | SyntaxKind::VARIANT
                | SyntaxKind::MACRO_CALL
        )
}

/// Whether `break` in the node would not lead back to the cell's own statements.
fn is_body_of_its_own(node: &SyntaxNode) -> bool {
    ast::ClosureExpr::can_cast(node.kind())
        || ast::Item::can_cast(node.kind())
        || ast::BlockExpr::cast(node.clone())
            .is_some_and(|block| block.modifier().is_some_and(super::takes_errors))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cell::Cell;

    /// The text before each round, and how it is left.
    fn rounds(code: &str) -> Vec<(&str, Leave)> {
        let stops = Cell::parse(code).stops;
        let before = |at: usize| code[..at].rsplit(['\n', ';']).next().unwrap_or_default().trim();
        stops.rounds.iter().map(|&(at, leave)| (before(at), leave)).collect()
    }

    #[test]
    fn loops_of_the_cell_are_left_by_break() {
        assert_eq!(
            rounds("for i in 0..3 {\nwhile i > 2 { f(); } }\nloop { break; }\n1"),
            [
                ("for i in 0..3 {", Leave::Break),
                ("while i > 2 {", Leave::Break),
                ("loop {", Leave::Break)
            ]
        );
    }

    #[test]
    fn other_loops_unwind() {
        assert_eq!(
            rounds(
                "let x = loop { break 5 };\nfn f() { for i in 0..3 {} }\n(0..3).map(|_| loop {});"
            ),
            [
                ("let x = loop {", Leave::Unwind),
                ("fn f() { for i in 0..3 {", Leave::Unwind),
                ("(0..3).map(|_| loop {", Leave::Unwind)
            ]
        );
        // The type of a loop without an end may be needed.
        assert_eq!(
            rounds("let Some(x) = y else { loop {}; };"),
            [("let Some(x) = y else { loop {", Leave::Unwind)]
        );
        assert_eq!(rounds("'a: loop { loop { break 'a 5; } }").len(), 2);
        assert_eq!(rounds("loop { f(); }"), [("loop {", Leave::Break)]);
        // A way around the assignment would leave `x` without a value.
        assert_eq!(rounds("let x;\nloop { x = 1; break; }"), [("loop {", Leave::Unwind)]);
    }

    #[test]
    fn constants_are_left_alone() {
        let code = "const fn f() -> i32 { let mut i = 0; while i < 3 { i += 1; } i }\n\
                    const N: usize = { loop { break 3 } };\n\
                    let a = [0; { loop { break 3 } }];\n\
                    let b = const { loop { break 3 } };\n\
                    extern \"C\" fn g() { loop {} }";
        assert_eq!(rounds(code), []);
    }

    #[test]
    fn statements_that_bind_nothing_can_be_left_out() {
        let statements = |code: &str| -> Vec<String> {
            let stops = Cell::parse(code).stops;
            stops.statements.iter().map(|range| code[range.clone()].to_owned()).collect()
        };
        assert_eq!(
            statements("let a = 1;\nf(a)?;\nbind!(x);\nif a > 0 { g(); }\nfn h() { f(1); }\na"),
            ["f(a)?;", "if a > 0 { g(); }"]
        );
        assert_eq!(statements("let a;\na = 1;"), [""; 0]);
    }

    #[test]
    fn a_cell_that_looks_for_itself_is_left_alone() {
        assert_eq!(Cell::parse("while !interrupt::requested() {}").stops, Stops::default());
        assert_eq!(Cell::parse("loop { f!(interrupt::requested()); }").stops, Stops::default());
        assert_eq!(rounds("loop { f(S { interrupt: true }); }").len(), 1);
        for code in ["loop { } // interrupt::requested()", "loop { f(\"interrupt::requested\"); }"]
        {
            assert_eq!(rounds(code).len(), 1, "{code}");
        }
    }
}
