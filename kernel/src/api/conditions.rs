//! What of a source was compiled: its `cfg` attributes, told by the features that were built.

use std::collections::BTreeSet;

use ra_ap_syntax::AstNode;
use ra_ap_syntax::ast::{self, HasAttrs};

/// The features of a crate as it was built; `None` if that is not known.
pub type Features = Option<BTreeSet<String>>;

/// Whether an item's attributes leave it out of what was compiled.
pub(super) fn leave_out(item: &impl HasAttrs, features: &Features) -> bool {
    let predicates = item.attrs().filter_map(|attribute| predicate(&attribute));
    predicates.into_iter().any(|predicate| holds(&predicate, features) == Some(false))
}

/// What stands in `#[cfg(...)]`.
fn predicate(attribute: &ast::Attr) -> Option<String> {
    let text = attribute.syntax().text().to_string();
    let text: String = text.split_whitespace().collect();
    Some(text.strip_prefix("#[cfg(")?.strip_suffix(")]")?.trim_end_matches(',').to_owned())
}

/// Whether a predicate without blanks holds; `None` if that depends on more than features.
fn holds(predicate: &str, features: &Features) -> Option<bool> {
    let inner = |name: &str| predicate.strip_prefix(name)?.strip_prefix('(')?.strip_suffix(')');
    if let Some(inner) = inner("not") {
        return holds(inner, features).map(|holds| !holds);
    }
    for (name, decides) in [("all", false), ("any", true)] {
        let Some(inner) = inner(name) else { continue };
        let parts: Vec<_> = parts(inner).map(|part| holds(part, features)).collect();
        return if parts.contains(&Some(decides)) {
            Some(decides)
        } else if parts.contains(&None) {
            None
        } else {
            Some(!decides)
        };
    }
    match predicate.strip_prefix("feature=") {
        Some(name) => features.as_ref().map(|features| features.contains(name.trim_matches('"'))),
        None => ["test", "doc", "doctest"].contains(&predicate).then_some(false),
    }
}

/// The parts of a list, without empty ones.
fn parts(list: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0;
    let parts = list.split(move |letter| {
        depth += i32::from(letter == '(') - i32::from(letter == ')');
        letter == ',' && depth == 0
    });
    parts.filter(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn predicates_are_told_by_features() {
        let features = Some(BTreeSet::from(["abs".to_owned(), "is_in".to_owned()]));
        let known = |predicate: &str| holds(predicate, &features);
        assert_eq!(known(r#"feature="abs""#), Some(true));
        assert_eq!(known(r#"feature="moment""#), Some(false));
        assert_eq!(known(r#"not(feature="moment")"#), Some(true));
        assert_eq!(known(r#"all(feature="abs",not(feature="is_in"))"#), Some(false));
        assert_eq!(known(r#"any(feature="x",all(feature="abs",feature="is_in"))"#), Some(true));
        assert_eq!(known(r#"any(feature="x",feature="y",)"#), Some(false));
        assert_eq!(known("test"), Some(false));
        assert_eq!(known("not(test)"), Some(true));
        // The machine and such are no matter of features: what may be there counts as there.
        assert_eq!(known("unix"), None);
        assert_eq!(known("not(unix)"), None);
        assert_eq!(known(r#"all(unix,feature="abs")"#), None);
        assert_eq!(known(r#"all(unix,feature="x")"#), Some(false));
        assert_eq!(known(r#"any(unix,feature="abs")"#), Some(true));
        assert_eq!(holds(r#"feature="abs""#, &None), None);
    }
}
