//! How a cell's failure is told in the notebook.

use std::ops::Range;

use serde_json::{Value, json};

use crate::cell::Cell;
use crate::output::{Outcome, Trouble};
use crate::probe::Diagnostic;

const RED: &str = "\u{1b}[1;31m";
const PLAIN: &str = "\u{1b}[0m";

/// A failure: its kind, its message and the text shown below the cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    name: String,
    message: String,
    text: Vec<String>,
}

impl Report {
    /// A failure with nothing more to say.
    pub fn plain(name: &str, message: &str) -> Self {
        let text = vec![format!("{RED}{name}{PLAIN}: {message}")];
        Self { name: name.to_owned(), message: message.to_owned(), text }
    }

    /// A fault of the kernel itself.
    pub fn internal() -> Self {
        Self::plain(
            "KernelError",
            "the evaluator failed on this cell; if the next cells fail too, restart the kernel",
        )
    }

    /// A syntax error.
    pub fn syntax(cell: &Cell, range: &Range<usize>, message: &str) -> Self {
        Self::compilation(&[Diagnostic::syntax(cell, range, message)])
    }

    /// Errors of the compiler.
    pub fn compilation(errors: &[Diagnostic]) -> Self {
        let message = errors.first().map(|first| {
            let code = first.code.as_ref().map(|code| format!("[{code}] ")).unwrap_or_default();
            let place = first.places.iter().find(|place| place.primary);
            let place =
                place.map(|place| format!(" (line {}, column {})", place.line, place.column));
            format!("{code}{}{}", first.message, place.unwrap_or_default())
        });
        Self {
            name: "CompilationError".to_owned(),
            message: message.unwrap_or_default(),
            text: errors.iter().map(|error| format!("{}\n", error.render())).collect(),
        }
    }

    /// The process of the cells has ended.
    pub fn died(text: &str, killed: bool, lost: &[String]) -> Self {
        let reason = if killed {
            "the cell did not stop when asked, so its process was ended".to_owned()
        } else {
            let text = text.trim();
            let text = text.replace("Subprocess terminated with status", "status");
            format!("the process that runs the cells ended ({text}{})", hint(&text))
        };
        let lost = if lost.is_empty() {
            "there were no variables to lose".to_owned()
        } else {
            format!("lost are the variables {}", lost.join(", "))
        };
        let name = if killed { "Interrupted" } else { "ProcessEnded" };
        Self::plain(
            name,
            &format!(
                "{reason}; {lost}; functions, types and imports are kept, and the next cell runs in a new process"
            ),
        )
    }

    /// Adds a further failure.
    pub fn and(mut self, message: &str) -> Self {
        self.text.push(format!("{RED}then{PLAIN}: {message}"));
        self
    }

    /// Says which variables of earlier cells did not outlive the failure: those that the cell
    /// gave away or was about to replace.
    pub fn with_lost(mut self, lost: &[String]) -> Self {
        if !lost.is_empty() {
            self.text.push(format!("Lost, because the cell used them up: {}", lost.join(", ")));
        }
        self
    }

    /// The failure of a cell that ran, if it failed.
    ///
    /// `woven` is the code that was run in place of the cell, a part of the compiled `source`.
    pub fn of_outcome(outcome: &Outcome, cell: &Cell, woven: &str, source: &str) -> Option<Self> {
        if let Some(error) = &outcome.error {
            return Some(Self::error(error, cell));
        }
        if outcome.ended {
            return None;
        }
        Some(match &outcome.panic {
            Some(panic) => Self::panic(panic, cell, woven, source),
            None => Self::plain("Error", "the cell ended early; see its output for the error"),
        })
    }

    fn error(error: &Trouble, cell: &Cell) -> Self {
        let mut report = Self::plain(&error.name, &error.message);
        let place = error.tried.and_then(|number| cell.tries.get(number));
        report.text.extend(place.map(|range| Diagnostic::mark(cell, range)));
        for cause in error.causes.iter().filter(|cause| **cause != error.message) {
            report.text.push(format!("  caused by: {cause}"));
        }
        report
    }

    fn panic(panic: &Trouble, cell: &Cell, woven: &str, source: &str) -> Self {
        let mut report = Self::plain("Panic", &panic.message);
        if let Some((file, line)) = &panic.place {
            let in_cell = file.ends_with("src/lib.rs").then(|| same_line(source, *line, woven));
            match in_cell.flatten().and_then(|number| cell.range_of_line(number)) {
                Some(range) => report.text.push(Diagnostic::mark(cell, &range)),
                None if file.ends_with("src/lib.rs") => {}
                None => report.text.push(format!("  in {file}, line {line}")),
            }
        }
        report.text.push("Variables of earlier cells are kept.".to_owned());
        report
    }

    /// The failure as Jupyter's messages carry it.
    pub fn content(&self) -> Value {
        json!({"ename": self.name, "evalue": self.message, "traceback": self.text})
    }
}

/// The line of the woven cell that is this line (from 1) of the compiled program: the one that
/// reads the same and has the longest run of equal lines before it. `None` if two are alike in that.
fn same_line(source: &str, line: usize, woven: &str) -> Option<usize> {
    let source: Vec<_> = source.lines().take(line).map(str::trim).collect();
    let woven: Vec<_> = woven.lines().map(str::trim).collect();
    let here = source.last().filter(|text| !text.is_empty() && source.len() == line)?;
    let run = |at: usize| {
        let pairs = woven[..at].iter().rev().zip(source.iter().rev().skip(1));
        pairs.take_while(|(woven, source)| are_alike(woven, source)).count()
    };
    let here_too =
        (0..woven.len()).filter(|&at| !woven[at].is_empty() && are_alike(woven[at], here));
    let runs: Vec<_> = here_too.map(|at| (run(at), at)).collect();
    let longest = runs.iter().map(|&(run, _)| run).max()?;
    let mut best = runs.iter().filter(|&&(run, _)| run == longest);
    match (best.next(), best.next()) {
        (Some(&(_, at)), None) => Some(at + 1),
        _ => None,
    }
}

/// evcxr writes statements of its own beside the cell's, and begins a line with each of them.
fn are_alike(woven: &str, source: &str) -> bool {
    woven.contains(source) || source.contains(woven)
}

/// What may have ended a process.
fn hint(status: &str) -> &'static str {
    if status.contains("SIGSEGV") || status.contains("SIGBUS") {
        "; perhaps the stack ran over, as by a function that calls itself without end, or `unsafe` \
         code went wrong"
    } else if status.contains("SIGKILL") {
        "; perhaps the machine had no memory left"
    } else {
        ""
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_tells_its_causes() {
        let error = Trouble {
            name: "TableError".to_owned(),
            message: "cannot read".to_owned(),
            causes: vec!["no such file".to_owned()],
            ..Trouble::default()
        };
        let outcome = Outcome { error: Some(error), ..Outcome::default() };
        let report = Report::of_outcome(&outcome, &Cell::default(), "", "").unwrap();
        assert_eq!(report.content()["ename"], "TableError");
        assert_eq!(report.text[1], "  caused by: no such file");
    }

    #[test]
    fn a_panic_is_found_in_the_cell() {
        let cell = Cell::parse("let a = 1;\nfor _ in 0..2 {\n  f(a);\n}\ng();\n  f(a);");
        let woven = cell.woven(&crate::cell::Weave::default());
        let source = format!("mod x {{}}\n{woven}\n");
        assert_eq!(same_line(&source, 4, &woven), Some(3));
        assert_eq!(same_line(&source, 7, &woven), Some(6));
        assert_eq!(same_line(&source, 1, &woven), None);
        assert_eq!(same_line(&source, 99, &woven), None);
        assert_eq!(same_line("f();\nx\nf();", 3, "f();\ny\nf();"), None);
        assert_eq!(cell.range_of_line(3).map(|range| &cell.code[range]), Some("f(a);"));
        let caught = Outcome { ended: true, panic: Some(Trouble::default()), ..Outcome::default() };
        assert_eq!(Report::of_outcome(&caught, &cell, &woven, &source), None);
    }

    #[test]
    fn an_error_is_marked_where_it_left_the_cell() {
        let cell = Cell::parse("let a = 1;\nlet b = f(a)?;");
        let error = Trouble { tried: Some(0), ..Trouble::default() };
        let outcome = Outcome { error: Some(error), ..Outcome::default() };
        let report = Report::of_outcome(&outcome, &cell, "", "").unwrap();
        assert!(report.text[1].contains("line 2, column 9"), "{}", report.text[1]);
        assert!(report.text[1].contains("^^^^"));
    }

    #[test]
    fn a_lost_process_says_what_was_lost() {
        let report = Report::died(
            "Subprocess terminated with status: exit status: 3",
            false,
            &["a".to_owned()],
        );
        assert!(report.message.contains("status: exit status: 3"), "{}", report.message);
        assert!(report.message.contains("lost are the variables a;"));
    }
}
