//! The items of a session: functions, types, imports and macros that later cells can use.
//!
//! A later item takes the place of an earlier one of the same name, together with the `impl`
//! blocks that were written after it. An import stands under each name that it brings in.

use std::ops::Range;

use ra_ap_syntax::AstNode;
use ra_ap_syntax::ast::{self, HasName};

/// What an item is filed under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ItemKey {
    /// The name it defines or imports.
    Named(String),
    /// The item before it, in the same cell: an `impl` block belongs to its type.
    Follows(String),
    /// Nothing: a glob import, an `impl` block on its own.
    Unnamed,
}

/// One item of a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemText {
    /// What it is filed under.
    pub key: ItemKey,
    /// Its code; one import of a grouped `use` is written out on its own.
    pub code: String,
    /// Where it stands in the cell.
    pub range: Range<usize>,
}

/// Everything defined so far.
#[derive(Clone, Debug, Default)]
pub struct SessionItems {
    items: Vec<(ItemKey, String)>,
}

impl SessionItems {
    /// Adds the items of a cell that ran.
    pub fn apply(&mut self, cell: &[ItemText]) {
        for item in cell {
            if let ItemKey::Named(name) = &item.key {
                self.remove(name);
            } else if item.key == ItemKey::Unnamed
                && self.items.iter().any(|(_, code)| *code == item.code)
            {
                continue;
            }
            self.items.push((item.key.clone(), item.code.clone()));
        }
    }

    /// The code of all items but those that `cell` defines anew.
    pub fn without(&self, cell: &[ItemText]) -> String {
        let mut left = self.clone();
        for item in cell {
            match &item.key {
                ItemKey::Named(name) => left.remove(name),
                ItemKey::Unnamed => left.items.retain(|(_, code)| *code != item.code),
                ItemKey::Follows(_) => {}
            }
        }
        left.items.iter().map(|(_, code)| code.as_str()).collect::<Vec<_>>().join("\n")
    }

    /// The names defined so far.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.items.iter().filter_map(|(key, _)| match key {
            ItemKey::Named(name) => Some(name.as_str()),
            _ => None,
        })
    }

    fn remove(&mut self, name: &str) {
        self.items.retain(|(key, _)| match key {
            ItemKey::Named(other) | ItemKey::Follows(other) => other != name,
            ItemKey::Unnamed => true,
        });
    }
}

/// Reads one item; `previous` is the name of the item before it in the cell.
pub(super) fn read(
    item: &ast::Item,
    range: &Range<usize>,
    code: &str,
    previous: &mut Option<String>,
) -> Vec<ItemText> {
    let text = code[range.clone()].to_owned();
    let one = |key| vec![ItemText { key, code: text.clone(), range: range.clone() }];
    if let ast::Item::Use(import) = item {
        let Some(tree) = import.use_tree() else {
            return one(ItemKey::Unnamed);
        };
        let visibility = text.find("use").map(|at| &text[..at]).unwrap_or_default();
        let mut found = Vec::new();
        expand(&tree, "", &mut |name, path| {
            let key = name.map_or(ItemKey::Unnamed, ItemKey::Named);
            let code = format!("{visibility}use {path};");
            found.push(ItemText { key, code, range: range.clone() });
        });
        return found;
    }
    let name = match item {
        ast::Item::Const(item) => item.name(),
        ast::Item::Enum(item) => item.name(),
        ast::Item::Fn(item) => item.name(),
        ast::Item::MacroDef(item) => item.name(),
        ast::Item::MacroRules(item) => item.name(),
        ast::Item::Module(item) => item.name(),
        ast::Item::Static(item) => item.name(),
        ast::Item::Struct(item) => item.name(),
        ast::Item::Trait(item) => item.name(),
        ast::Item::TypeAlias(item) => item.name(),
        ast::Item::Union(item) => item.name(),
        _ => None,
    };
    match (name, &*previous) {
        (Some(name), _) => {
            let name = name.text().to_string();
            *previous = Some(name.clone());
            one(ItemKey::Named(name))
        }
        (None, Some(previous)) => one(ItemKey::Follows(previous.clone())),
        (None, None) => one(ItemKey::Unnamed),
    }
}

/// Calls `found` with the name and the whole path of every import of a tree.
fn expand(tree: &ast::UseTree, prefix: &str, found: &mut dyn FnMut(Option<String>, String)) {
    let own = tree.path().map(|path| path.syntax().text().to_string()).unwrap_or_default();
    let path = match (prefix.is_empty(), own.is_empty()) {
        (true, _) => own,
        (false, true) => prefix.to_owned(),
        (false, false) => format!("{prefix}::{own}"),
    };
    if let Some(list) = tree.use_tree_list() {
        for part in list.use_trees() {
            expand(&part, &path, found);
        }
        return;
    }
    if tree.star_token().is_some() {
        return found(None, format!("{path}::*"));
    }
    let path = path.strip_suffix("::self").map(str::to_owned).unwrap_or(path);
    match tree.rename() {
        Some(rename) => match rename.name() {
            Some(name) => {
                let name = name.text().to_string();
                found(Some(name.clone()), format!("{path} as {name}"));
            }
            None => found(None, format!("{path} as _")),
        },
        None => {
            let name = path.rsplit("::").next().unwrap_or(&path).to_owned();
            found(Some(name), path);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::cell::Cell;

    use super::*;

    fn keys(code: &str) -> Vec<(ItemKey, String)> {
        Cell::parse(code).items.into_iter().map(|item| (item.key, item.code)).collect()
    }

    #[test]
    fn imports_are_filed_one_by_one() {
        let found = keys("use std::collections::{HashMap, hash_map::{self, Entry as E}, *};");
        let named = |name: &str| ItemKey::Named(name.to_owned());
        assert_eq!(
            found,
            [
                (named("HashMap"), "use std::collections::HashMap;".to_owned()),
                (named("hash_map"), "use std::collections::hash_map;".to_owned()),
                (named("E"), "use std::collections::hash_map::Entry as E;".to_owned()),
                (ItemKey::Unnamed, "use std::collections::*;".to_owned()),
            ]
        );
    }

    #[test]
    fn a_new_definition_replaces_the_old_one_and_its_impls() {
        let mut session = SessionItems::default();
        session.apply(&Cell::parse("struct A; impl A { fn f() {} }\nfn g() {}").items);
        let cell = Cell::parse("struct A(i32);");
        assert_eq!(session.without(&cell.items), "fn g() {}");
        session.apply(&cell.items);
        assert_eq!(session.names().collect::<Vec<_>>(), ["g", "A"]);
        session.apply(&Cell::parse("use a::*;").items);
        session.apply(&Cell::parse("use a::*;").items);
        assert_eq!(session.without(&[]), "fn g() {}\nstruct A(i32);\nuse a::*;");
    }
}
