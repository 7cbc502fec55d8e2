//! The type of a value in an unfinished cell, asked of the compiler.
//!
//! The value is put where a trait is required that nothing implements; the compiler's complaint
//! names the type. It comes even if something else in the cell is wrong.

use std::fmt::Write as _;
use std::ops::Range;
use std::path::PathBuf;

use serde_json::Value;

use super::cursor;
use crate::probe::Compiler;
use crate::shared::Scope;
use crate::toolchain::Toolchain;

/// Asks the compiler; remembers the last answer.
#[derive(Debug)]
pub struct Revealer {
    compiler: Compiler,
    last: Option<(String, Option<String>)>,
}

impl Revealer {
    /// One that works in a folder of its own.
    pub fn new(toolchain: Toolchain, folder: PathBuf) -> Self {
        Self { compiler: Compiler::new(toolchain, folder), last: None }
    }

    /// The type of the value in these bytes of a cell.
    pub fn type_of(&mut self, code: &str, value: &Range<usize>, scope: &Scope) -> Option<String> {
        let text = &code[value.clone()];
        if let Some(variable) = scope.variables.iter().find(|variable| variable.name == text)
            && !cursor::to_complete(code, value.start).locals.contains(&variable.name)
        {
            return Some(variable.type_name.clone());
        }
        let program = program(code, value, scope);
        if let Some((asked, answer)) = &self.last
            && *asked == program
        {
            return answer.clone();
        }
        let messages = self.compiler.check(&program, &scope.crates).ok()?;
        let answer = messages.lines().find_map(revealed);
        self.last = Some((program, answer.clone()));
        answer
    }
}

fn program(code: &str, value: &Range<usize>, scope: &Scope) -> String {
    let mut text = String::from("#![allow(warnings)]\n");
    text.push_str(&scope.items.without(&[]));
    text.push_str(
        "\nmod emergent_probe { pub trait Revealed {} \
         pub fn reveal<T: Revealed + ?Sized>(_: &T) -> ! { loop {} } }\nfn emergent_cell(",
    );
    for variable in &scope.variables {
        let mutable = if variable.mutable { "mut " } else { "" };
        let _ = write!(text, "{mutable}{}: {}, ", variable.name, variable.type_name);
    }
    text.push_str(") -> std::result::Result<(), std::boxed::Box<dyn std::error::Error>> {\n");
    let question = format!("emergent_probe::reveal(&({}))", &code[value.clone()]);
    text.push_str(&cursor::closed(code, value, &question));
    text.push_str("\nOk(())\n}\n");
    text
}

/// The type in a complaint of the compiler, if it is the one that was asked for.
fn revealed(line: &str) -> Option<String> {
    let message: Value = serde_json::from_str(line).ok()?;
    let text = message["message"].as_str()?;
    let (before, _) = text
        .split_once(": Revealed`")
        .or_else(|| text.split_once(": emergent_probe::Revealed`"))?;
    before.split_once('`').map(|(_, known)| known.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_type_is_read_from_the_complaint() {
        let line = r#"{"message":"the trait bound `Vec<i32>: Revealed` is not satisfied"}"#;
        assert_eq!(revealed(line), Some("Vec<i32>".to_owned()));
        assert_eq!(revealed(r#"{"message":"mismatched types"}"#), None);
    }
}
