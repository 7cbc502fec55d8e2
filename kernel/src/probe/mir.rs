//! Reads the types out of the compiler's middle representation.

use std::collections::HashMap;

const CALL: &str = "emergent_probe::typed_";

/// The type in each call `typed_N::<T>(...)`, by N, as the compiler prints it.
pub(super) fn types(mir: &str) -> HashMap<usize, String> {
    let mut found = HashMap::new();
    let mut rest = mir;
    // The module's name is left out where the function's alone is unique.
    while let Some(at) = rest.find("typed_") {
        rest = &rest[at + CALL.len() - "emergent_probe::".len()..];
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let Ok(number) = rest[..digits].parse() else {
            continue;
        };
        let Some(arguments) = rest[digits..].strip_prefix("::<") else {
            continue;
        };
        if let Some(length) = closing(arguments) {
            found.insert(number, arguments[..length].to_owned());
        }
    }
    found
}

/// The length up to the `>` that closes a list of arguments; the `>` of `->` closes nothing.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 1;
    let mut previous = ' ';
    for (at, character) in text.char_indices() {
        match character {
            '<' => depth += 1,
            '>' if previous != '-' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
        previous = character;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_balanced_types() {
        let mir = "_4 = emergent_probe::typed_0::<emergent::prelude::Table>(copy _33) -> [return: bb1];\n\
                   fn typed_1(_1: &T) -> () {\n\
                   _9 = typed_12::<Box<dyn Fn(i32) -> Vec<Option<u8>>>>(copy _3) -> bb2;";
        let found = types(mir);
        assert_eq!(found.len(), 2);
        assert_eq!(found[&0], "emergent::prelude::Table");
        assert_eq!(found[&12], "Box<dyn Fn(i32) -> Vec<Option<u8>>>");
    }
}
