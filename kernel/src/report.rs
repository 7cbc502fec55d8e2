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
            format!("the process that runs the cells ended ({text})")
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
    pub fn of_outcome(outcome: &Outcome, cell: &Cell, source: &str) -> Option<Self> {
        if let Some(error) = &outcome.error {
            return Some(Self::error(error));
        }
        if outcome.ended {
            return None;
        }
        Some(match &outcome.panic {
            Some(panic) => Self::panic(panic, cell, source),
            None => Self::plain("Error", "the cell ended early; see its output for the error"),
        })
    }

    fn error(error: &Trouble) -> Self {
        let mut report = Self::plain(&error.name, &error.message);
        for cause in error.causes.iter().filter(|cause| **cause != error.message) {
            report.text.push(format!("  caused by: {cause}"));
        }
        report
    }

    fn panic(panic: &Trouble, cell: &Cell, source: &str) -> Self {
        let mut report = Self::plain("Panic", &panic.message);
        if let Some((file, line)) = &panic.place {
            let in_cell = file.ends_with("src/lib.rs").then(|| line_in_cell(source, *line, cell));
            match in_cell.flatten() {
                Some((number, text)) => report.text.push(format!("  at line {number}: {text}")),
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

/// The cell's line that a line of the compiled program comes from, with its text.
///
/// The program holds the cell's lines, the first of a statement perhaps with something before it.
fn line_in_cell(source: &str, line: usize, cell: &Cell) -> Option<(usize, String)> {
    let compiled = source.lines().nth(line.checked_sub(1)?)?;
    let mut found = cell
        .code
        .lines()
        .enumerate()
        .filter(|(_, text)| !text.trim().is_empty() && compiled.contains(text.trim()));
    let (number, text) = found.next()?;
    found.next().is_none().then(|| (number + 1, text.trim().to_owned()))
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
            place: None,
        };
        let outcome = Outcome { error: Some(error), ..Outcome::default() };
        let report = Report::of_outcome(&outcome, &Cell::default(), "").unwrap();
        assert_eq!(report.content()["ename"], "TableError");
        assert_eq!(report.text[1], "  caused by: no such file");
    }

    #[test]
    fn a_panic_is_found_in_the_cell() {
        let cell = Cell::parse("let a = 1;\n  panic!(\"boom\");");
        let source =
            "mod x {}\nemergent::cell::start(false); let a: i32 = 1;\n  panic!(\"boom\");\n";
        assert_eq!(line_in_cell(source, 3, &cell), Some((2, "panic!(\"boom\");".to_owned())));
        assert_eq!(line_in_cell(source, 1, &cell), None);
        let caught = Outcome { ended: true, panic: Some(Trouble::default()), ..Outcome::default() };
        assert_eq!(Report::of_outcome(&caught, &cell, source), None);
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
