//! The code that is run in place of a cell: the cell's own text with insertions.

use std::collections::HashMap;
use std::ops::Range;

use super::{Cell, Leave, TypePlace};

/// What is known when a cell is about to run.
#[derive(Clone, Debug, Default)]
pub struct Weave {
    /// The types of the variables the cell leaves behind, by name.
    pub types: HashMap<String, String>,
    /// Variables that the cell gives away before its end.
    pub moved: Vec<String>,
    /// Whether a late request to stop must be forgotten first.
    pub clear_interrupt: bool,
}

impl Cell {
    /// The code to run; see the facade's `cell` module for what is woven in.
    ///
    /// A variable that is moved away is bound to `()` in the end, so that evcxr need not find out
    /// by compiling the cell twice.
    pub fn woven(&self, weave: &Weave) -> String {
        let Some(body) = &self.body else {
            return self.code.clone();
        };
        let mut edits = Edits::default();
        edits.insert(body.start, format!("emergent::cell::start({}); ", weave.clear_interrupt));
        for statement in &self.stops.statements {
            edits.insert(statement.start, "if emergent::cell::goes_on() { ");
            edits.insert(statement.end, " }");
        }
        for &(at, leave) in &self.stops.rounds {
            edits.insert(
                at,
                match leave {
                    Leave::Break => " if !emergent::cell::goes_on() { break; }",
                    Leave::Unwind => " emergent::cell::unwind_if_asked();",
                },
            );
        }
        if let Some(tail) = &self.tail {
            edits.insert(tail.start, "emergent::cell::value!(");
        }
        for (number, range) in self.tries.iter().enumerate() {
            edits.insert(range.start, "emergent::cell::tried(");
            edits.insert_inner(range.end, format!(", {number})"));
        }
        for binding in self.last_bindings() {
            let Some(known) = weave.types.get(&binding.name) else {
                continue;
            };
            match &binding.place {
                TypePlace::After(at) => edits.insert(*at, format!(": {known}")),
                TypePlace::Instead(range) => edits.replace(range.clone(), known),
                TypePlace::Given => {}
                TypePlace::Rebind => {
                    let name = &binding.name;
                    let mutable = if binding.mutable { "mut " } else { "" };
                    edits.insert(binding.end, format!(" let {mutable}{name}: {known} = {name};"));
                }
            }
        }
        if let Some(tail) = &self.tail {
            edits.insert(tail.end, ");");
        }
        let mut end = String::new();
        for name in &weave.moved {
            end.push_str(&format!(" let {name}: () = ();"));
        }
        end.push_str(" emergent::cell::finish();");
        edits.insert(body.end, end);
        edits.apply(&self.code)
    }
}

/// Insertions and replacements in a text.
#[derive(Clone, Debug, Default)]
struct Edits {
    /// Place, order at that place, length replaced, new text.
    edits: Vec<(usize, u32, usize, String)>,
}

impl Edits {
    /// Inserts text; what is inserted first at a place comes first.
    fn insert(&mut self, at: usize, text: impl Into<String>) {
        self.edits.push((at, 1, 0, text.into()));
    }

    /// Inserts text before everything else at that place.
    fn insert_inner(&mut self, at: usize, text: impl Into<String>) {
        self.edits.push((at, 0, 0, text.into()));
    }

    /// Replaces a range.
    fn replace(&mut self, range: Range<usize>, text: impl Into<String>) {
        self.edits.push((range.start, 2, range.len(), text.into()));
    }

    /// The text with all edits.
    fn apply(mut self, text: &str) -> String {
        self.edits.sort_by_key(|&(at, order, ..)| (at, order));
        let mut result = String::with_capacity(text.len() + 64 * self.edits.len());
        let mut done = 0;
        for (at, _, length, new) in &self.edits {
            if *at > done {
                result.push_str(&text[done..*at]);
                done = *at;
            }
            result.push_str(new);
            done += length;
        }
        result.push_str(&text[done..]);
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn woven(code: &str, types: &[(&str, &str)]) -> String {
        let types = types.iter().map(|(name, known)| (name.to_string(), known.to_string()));
        let weave = Weave { types: types.collect(), ..Weave::default() };
        Cell::parse(code).woven(&weave)
    }

    #[test]
    fn types_are_written_where_they_belong() {
        assert_eq!(
            woven("let mut a = 1;\nlet b: Vec<_> = vec![a];", &[("a", "i32"), ("b", "Vec<i32>")]),
            "emergent::cell::start(false); let mut a: i32 = 1;\n\
             let b: Vec<i32> = vec![a]; emergent::cell::finish();"
        );
        assert_eq!(
            woven("let (a, mut b) = f();", &[("a", "i32"), ("b", "String")]),
            "emergent::cell::start(false); let (a, mut b) = f(); let a: i32 = a; \
             let mut b: String = b; emergent::cell::finish();"
        );
    }

    #[test]
    fn values_and_errors_are_told() {
        assert_eq!(
            woven("f()?.g()? // last", &[]),
            "emergent::cell::start(false); emergent::cell::value!(emergent::cell::tried(\
             emergent::cell::tried(f(), 1)?.g(), 0)?); emergent::cell::finish(); // last"
        );
    }

    #[test]
    fn loops_and_statements_can_be_stopped() {
        assert_eq!(
            woven("for i in 0..9 { f()?; }\ng()?;\nx", &[]),
            "emergent::cell::start(false); if emergent::cell::goes_on() { for i in 0..9 { \
             if !emergent::cell::goes_on() { break; } emergent::cell::tried(f(), 0)?; } }\n\
             if emergent::cell::goes_on() { emergent::cell::tried(g(), 1)?; }\n\
             emergent::cell::value!(x); emergent::cell::finish();"
        );
    }

    #[test]
    fn a_moved_variable_becomes_empty() {
        let weave =
            Weave { moved: vec!["t".to_owned()], clear_interrupt: true, ..Weave::default() };
        assert_eq!(
            Cell::parse("drop(t);").woven(&weave),
            "emergent::cell::start(true); if emergent::cell::goes_on() { drop(t); } \
             let t: () = (); emergent::cell::finish();"
        );
    }

    #[test]
    fn commands_alone_stay_as_they_are() {
        assert_eq!(woven(":vars", &[]), ":vars");
    }
}
