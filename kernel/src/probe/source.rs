//! The program that the compiler is shown in place of a cell.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::ops::Range;

use crate::cell::{Binding, Cell, TypePlace};

use super::Variable;

/// Of all that the compiler warns of only this one matters to a cell: a value that must be used and
/// is not, above all a result whose error nobody sees.
const LINTS: &str = "#![allow(warnings)]\n#![deny(unused_must_use)]\n";

/// A program, and what stands where in it.
#[derive(Clone, Debug)]
pub(super) struct Source {
    /// The program.
    pub text: String,
    /// The bindings whose types are asked for, by number.
    pub bindings: Vec<Binding>,
    /// Copies of the cell's text: where each starts in the program and its insertions, as the
    /// place in the cell and the length.
    copies: Vec<Copy>,
    /// Where the program asks whether a variable can be kept.
    keeps: Vec<(Range<usize>, String)>,
}

#[derive(Clone, Debug)]
struct Copy {
    range: Range<usize>,
    /// Place in the cell and length of each insertion, in order.
    inserted: Vec<(usize, usize)>,
}

impl Source {
    pub fn new(
        cell: &Cell,
        items: &str,
        variables: &[Variable],
        moved: &BTreeSet<String>,
        ambiguous: &BTreeSet<String>,
    ) -> Self {
        let mut text = String::from(LINTS);
        text.push_str(items);
        text.push('\n');
        let mut source = Self { text, bindings: Vec::new(), copies: Vec::new(), keeps: Vec::new() };
        let in_items = |at: usize| cell.items.iter().any(|item| item.range.contains(&at));
        source.copy(cell, &[], |at| at >= cell.rust_start && in_items(at));
        source.text.push_str("\nmod emergent_probe {\n");
        source.text.push_str("    pub fn kept<T: 'static>(_: &T) {}\n");
        let last: Vec<Binding> = cell.last_bindings().into_iter().cloned().collect();
        source.bindings = last;
        let mut insertions = Vec::new();
        for (number, binding) in source.bindings.iter().enumerate() {
            let _ = writeln!(source.text, "    pub fn typed_{number}<T>(_: &T) {{}}");
            if binding.initialised && binding.place != TypePlace::Given {
                let call = format!(" emergent_probe::typed_{number}(&{});", binding.name);
                insertions.push((binding.end, call));
            }
        }
        source.text.push_str("    pub mod ambiguous {\n");
        for name in ambiguous {
            let _ = writeln!(source.text, "        pub struct {name};");
        }
        source.text.push_str("    }\n}\n");
        // Private, or the compiler would collect everything it calls, as if to make machine code.
        source.text.push_str("fn emergent_cell(");
        for Variable { name, type_name, mutable } in variables {
            let mutable = if *mutable { "mut " } else { "" };
            let _ = write!(source.text, "{mutable}{name}: {type_name}, ");
        }
        source
            .text
            .push_str(") -> std::result::Result<(), std::boxed::Box<dyn std::error::Error>> {\n");
        source.function(cell, &insertions, in_items);
        source.text.push('\n');
        let old = variables.iter().map(|variable| variable.name.clone());
        let new = source.bindings.iter().map(|binding| binding.name.clone());
        let names: BTreeSet<String> = old.chain(new).collect();
        for name in names.difference(moved) {
            let start = source.text.len();
            let _ = writeln!(source.text, "emergent_probe::kept(&{name});");
            source.keeps.push((start..source.text.len(), name.clone()));
        }
        for (number, binding) in source.bindings.iter().enumerate() {
            if !binding.initialised && binding.place != TypePlace::Given {
                let _ = writeln!(source.text, "emergent_probe::typed_{number}(&{});", binding.name);
            }
        }
        source.text.push_str("Ok(())\n}\n");
        source
    }

    /// The statements, the last expression as a statement.
    fn function(
        &mut self,
        cell: &Cell,
        insertions: &[(usize, String)],
        in_items: impl Fn(usize) -> bool,
    ) {
        let mut insertions = insertions.to_vec();
        if let Some(tail) = &cell.tail {
            insertions.push((tail.start, "let _ = ".to_owned()));
            insertions.push((tail.end, ";".to_owned()));
        }
        insertions.sort_by_key(|&(at, _)| at);
        self.copy(cell, &insertions, |at| at >= cell.rust_start && !in_items(at));
    }

    /// Appends the cell's text, blanks in place of what is not `shown`, with insertions.
    fn copy(&mut self, cell: &Cell, insertions: &[(usize, String)], shown: impl Fn(usize) -> bool) {
        let start = self.text.len();
        let mut inserted = Vec::new();
        let mut next = insertions.iter().peekable();
        for (at, character) in cell.code.char_indices() {
            while let Some((_, new)) = next.next_if(|(place, _)| *place <= at) {
                self.text.push_str(new);
                inserted.push((at, new.len()));
            }
            if character == '\n' || shown(at) {
                self.text.push(character);
            } else {
                // As many bytes as before, so that places do not move.
                self.text.extend(std::iter::repeat_n(' ', character.len_utf8()));
            }
        }
        for (_, new) in next {
            self.text.push_str(new);
            inserted.push((cell.code.len(), new.len()));
        }
        self.copies.push(Copy { range: start..self.text.len(), inserted });
    }

    /// The place in the cell of a place in the program, if that comes from the cell.
    pub fn in_cell(&self, place: usize) -> Option<usize> {
        let copy = self
            .copies
            .iter()
            .find(|copy| copy.range.contains(&place) || copy.range.end == place)?;
        let mut at = place - copy.range.start;
        for &(inserted, length) in &copy.inserted {
            if at <= inserted {
                break;
            }
            at = inserted.max(at.saturating_sub(length));
        }
        Some(at)
    }

    /// The variable that a place in the program asks to keep.
    pub fn kept_at(&self, place: usize) -> Option<&str> {
        self.keeps.iter().find(|(range, _)| range.contains(&place)).map(|(_, name)| name.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_lead_back_to_the_cell() {
        let cell = Cell::parse("let x = 1;\nlet y = é;");
        let none = BTreeSet::new();
        let source = Source::new(&cell, "", &[], &none, &none);
        let place = source.text.rfind('é').unwrap();
        assert_eq!(source.in_cell(place), Some(cell.code.find('é').unwrap()));
        let place = source.text.rfind("let x").unwrap();
        assert_eq!(source.in_cell(place), Some(0));
        assert_eq!(source.in_cell(3), None);
        let place = source.text.find("kept(&y)").unwrap();
        assert_eq!(source.kept_at(place), Some("y"));
    }
}
