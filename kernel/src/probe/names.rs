//! From the types that the compiler prints to types that can be written.

use std::collections::BTreeSet;

/// Names that need no path in any program.
const PRELUDE: [&str; 28] = [
    "Vec",
    "Option",
    "Result",
    "String",
    "Box",
    "Fn",
    "FnMut",
    "FnOnce",
    "Send",
    "Sync",
    "Iterator",
    "Clone",
    "Copy",
    "Drop",
    "Sized",
    "Unpin",
    "Eq",
    "PartialEq",
    "Ord",
    "PartialOrd",
    "Default",
    "ToString",
    "ToOwned",
    "Into",
    "From",
    "IntoIterator",
    "DoubleEndedIterator",
    "Self",
];

/// Names outside the prelude of notebooks that often occur.
const USUAL: [&str; 45] = [
    "HashMap",
    "HashSet",
    "BTreeMap",
    "BTreeSet",
    "VecDeque",
    "BinaryHeap",
    "Rc",
    "Arc",
    "Weak",
    "Cell",
    "RefCell",
    "Mutex",
    "RwLock",
    "OnceLock",
    "Duration",
    "Instant",
    "SystemTime",
    "Path",
    "PathBuf",
    "OsString",
    "File",
    "BufReader",
    "Error",
    "Range",
    "RangeInclusive",
    "AtomicBool",
    "AtomicU64",
    "AtomicUsize",
    "Ordering",
    "Cow",
    "PhantomData",
    "Ipv4Addr",
    "DataFrame",
    "LazyFrame",
    "Series",
    "Expr",
    "Column",
    "ArrayBase",
    "OwnedRepr",
    "ViewRepr",
    "Dim",
    "IxDynImpl",
    "Array1",
    "Array2",
    "ArrayD",
];

/// The prelude's own text, for the types that it names.
const NOTEBOOK_PRELUDE: &str = include_str!("../../emergent/src/prelude.rs");

/// The names to begin with, declared ambiguous at once, which spares a run each.
pub(super) fn usual() -> BTreeSet<String> {
    let exports = NOTEBOOK_PRELUDE.lines().skip_while(|line| !line.starts_with("pub use"));
    let words = exports.flat_map(|line| line.split(|c: char| !c.is_alphanumeric() && c != '_'));
    let types = words.filter(|word| word.starts_with(char::is_uppercase));
    types.chain(USUAL).map(str::to_owned).collect()
}

/// The type as a cell can write it.
///
/// # Errors
///
/// Why it has no name: a closure, a function, a type hidden behind `impl`.
pub(super) fn nameable(printed: &str) -> Result<String, String> {
    if printed.contains("{closure") && !printed.starts_with("{closure") {
        return Err("its type contains a closure, which cannot be named; collect the values, for \
                    instance into a `Vec`, or box it"
            .to_owned());
    }
    if printed.contains("{closure") {
        return Err("a closure has no type that can be named; box it: \
                    `let f: Box<dyn Fn(f64) -> f64> = Box::new(|x| ...);`"
            .to_owned());
    }
    if printed.contains('{') {
        return Err("a function's own type cannot be named; give the variable a type such as \
                    `fn(f64) -> f64`"
            .to_owned());
    }
    if printed.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == "impl") {
        return Err("its type is hidden behind `impl`; collect or box the value".to_owned());
    }
    Ok(static_lifetimes(printed))
}

/// The type with erased and unwritten lifetimes named: they become `'static` since a
/// variable that is kept can have no other.
pub fn static_lifetimes(printed: &str) -> String {
    let mut result = String::with_capacity(printed.len() + 8);
    let mut rest = printed.chars().peekable();
    while let Some(character) = rest.next() {
        result.push(character);
        if character == '&' && rest.peek() != Some(&'\'') {
            result.push_str("'static ");
        }
        if character == '\'' && rest.peek() == Some(&'_') {
            rest.next();
            result.push_str("static");
        }
    }
    result
}

/// The names in a type that stand there without their path.
///
/// Not counted are those of the prelude and those that `in_scope` knows.
pub(super) fn shortened(known: &str, in_scope: impl Fn(&str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    let bytes = known.as_bytes();
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut at = 0;
    while at < known.len() {
        let length = known[at..].find(|c| !is_word(c)).unwrap_or(known.len() - at);
        if length == 0 {
            at += known[at..].chars().next().map_or(1, char::len_utf8);
            continue;
        }
        let word = &known[at..at + length];
        let before = at.checked_sub(1).map_or(b' ', |before| bytes[before]);
        let rest = &known[at + length..];
        at += length;
        let in_path =
            before == b':' || before == b'\'' || rest.starts_with("::") && !rest.starts_with("::<");
        let is_name = word.starts_with(char::is_uppercase);
        // `Item = T` within `dyn Iterator<Item = T>` names no type.
        let is_associated = rest.starts_with(" = ");
        if is_name && !in_path && !is_associated && !PRELUDE.contains(&word) && !in_scope(word) {
            found.push(word.to_owned());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn begins_with_the_types_of_the_prelude() {
        let usual = usual();
        for name in ["Table", "Sim", "SimilarityMatrix", "HashMap"] {
            assert!(usual.contains(name), "{name}");
        }
        assert!(usual.iter().all(|name| name.starts_with(char::is_uppercase)));
    }

    #[test]
    fn lifetimes_become_static() {
        assert_eq!(nameable("&str").unwrap(), "&'static str");
        assert_eq!(nameable("Cow<'_, [&u8]>").unwrap(), "Cow<'static, [&'static u8]>");
        assert_eq!(nameable("for<'a> fn(&'a str)").unwrap(), "for<'a> fn(&'a str)");
    }

    #[test]
    fn closures_and_functions_have_no_names() {
        assert!(nameable("{closure@cell.rs:1:2: 1:4}").unwrap_err().contains("box it"));
        assert!(nameable("fn(i32) -> i32 {double}").is_err());
        assert!(nameable("Map<impl Iterator<Item = i32>>").is_err());
        assert!(nameable("simple::T").is_ok());
    }

    #[test]
    fn finds_names_without_a_path() {
        let none = |_: &str| false;
        assert_eq!(shortened("Vec<HashMap<String, a::B<C>>>", none), ["HashMap", "C"]);
        assert_eq!(shortened("Box<dyn Iterator<Item = i32>>", none), [""; 0]);
        assert_eq!(shortened("Vec<HashMap<u8, u8>>", |name| usual().contains(name)), [""; 0]);
        assert_eq!(shortened("[(f64, std::string::Q); 3]", none), [""; 0]);
    }
}
