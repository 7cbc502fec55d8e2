//! Public items from the syntax of a source file.

use std::collections::BTreeMap;

use ra_ap_syntax::ast::{self, HasAttrs, HasModuleItem, HasName, HasVisibility};
use ra_ap_syntax::{AstNode, Edition, NodeOrToken, SourceFile, SyntaxKind, SyntaxNode};

use super::conditions::leave_out;
use super::types::owner;
use super::{Api, Item, Kind};

pub(super) fn file(api: &mut Api, module: &str, text: &str) {
    let file = SourceFile::parse(text, Edition::Edition2024).tree();
    items(api, module, file.items());
}

/// The names that a module's source makes public, its own and those it hands on, and the crate that
/// each is from (`crate` for its own).
pub(super) fn exported(text: &str) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    for item in SourceFile::parse(text, Edition::Edition2024).tree().items() {
        match &item {
            ast::Item::Use(import) if is_public(import) => {
                let path = import.use_tree().and_then(|tree| tree.path());
                let first = path.and_then(|path| path.segments().next());
                let origin = first.map(|segment| segment.syntax().text().to_string());
                let origin = origin.unwrap_or_default();
                let leaves = import.syntax().descendants().filter_map(leaf_name);
                names.extend(leaves.map(|name| (name, origin.clone())));
            }
            ast::Item::Fn(function) if is_public(function) => {
                let name = function.name().map(|name| name.text().to_string());
                names.extend(name.map(|name| (name, "crate".to_owned())));
            }
            _ => {}
        }
    }
    names
}

/// The name that a branch of a `use` ends in.
fn leaf_name(node: SyntaxNode) -> Option<String> {
    let tree = ast::UseTree::cast(node)?;
    if tree.use_tree_list().is_some() || tree.star_token().is_some() {
        return None;
    }
    if let Some(rename) = tree.rename() {
        return rename.name().map(|name| name.text().to_string());
    }
    Some(tree.path()?.segment()?.name_ref()?.text().to_string())
}

fn items(api: &mut Api, module: &str, items: impl Iterator<Item = ast::Item>) {
    for item in items {
        if leave_out(&item, &api.features) {
            continue;
        }
        match item {
            ast::Item::Struct(item) if visible(api, &item) => {
                let Some(name) = add(api, module, Kind::Struct, &item) else { continue };
                derived(api, &name, item.attrs());
                if let Some(ast::FieldList::RecordFieldList(list)) = item.field_list() {
                    for field in list.fields() {
                        if visible(api, &field) {
                            add(api, &name, Kind::Field, &field);
                        }
                    }
                }
            }
            ast::Item::Enum(item) if visible(api, &item) => {
                let Some(name) = add(api, module, Kind::Enum, &item) else { continue };
                derived(api, &name, item.attrs());
                for variant in item.variant_list().iter().flat_map(|list| list.variants()) {
                    add(api, &name, Kind::Variant, &variant);
                }
            }
            ast::Item::Trait(item) if visible(api, &item) => {
                let Some(name) = add(api, module, Kind::Trait, &item) else { continue };
                for member in item.assoc_item_list().iter().flat_map(|list| list.assoc_items()) {
                    if let ast::AssocItem::Fn(function) = member {
                        add_function(api, &name, &function);
                    }
                }
            }
            ast::Item::Use(item) if is_public(&item) => {
                let names = item.syntax().descendants().filter_map(leaf_name);
                api.handed_on.entry(module.to_owned()).or_default().extend(names);
            }
            ast::Item::Impl(item) => implementation(api, &item),
            ast::Item::Fn(item) if visible(api, &item) => add_function(api, module, &item),
            ast::Item::Const(item) if visible(api, &item) => {
                add(api, module, Kind::Constant, &item);
            }
            ast::Item::TypeAlias(item) if visible(api, &item) => {
                add(api, module, Kind::Alias, &item);
            }
            ast::Item::MacroRules(item) => {
                let is_exported =
                    item.attrs().any(|attribute| mentions(&attribute, "macro_export"));
                if is_exported {
                    add(api, module, Kind::Macro, &item);
                }
            }
            ast::Item::Module(item) => {
                let name =
                    if visible(api, &item) { add(api, module, Kind::Module, &item) } else { None };
                // What is public in a private module is usually handed on by its parent.
                if let Some(list) = item.item_list() {
                    items_of_module(api, name.as_deref().unwrap_or(module), &list);
                }
            }
            _ => {}
        }
    }
}

fn items_of_module(api: &mut Api, module: &str, list: &ast::ItemList) {
    items(api, module, list.items());
}

fn implementation(api: &mut Api, item: &ast::Impl) {
    let Some(name) = item.self_ty().as_ref().and_then(owner) else {
        return;
    };
    let members = || item.assoc_item_list().into_iter().flat_map(|list| list.assoc_items());
    if let Some(known) = item.trait_() {
        let Some(of_trait) = owner(&known) else { return };
        if of_trait == "Deref" {
            let target = members().find_map(|member| match member {
                ast::AssocItem::TypeAlias(alias) => alias.ty(),
                _ => None,
            });
            api.targets
                .extend(target.as_ref().and_then(owner).map(|target| (name.clone(), target)));
        }
        api.traits.entry(name).or_default().insert(of_trait);
        return;
    }
    for member in members() {
        match member {
            ast::AssocItem::Fn(function) if visible(api, &function) => {
                add_function(api, &name, &function);
            }
            ast::AssocItem::Const(constant) if visible(api, &constant) => {
                add(api, &name, Kind::Constant, &constant);
            }
            _ => {}
        }
    }
}

fn add_function(api: &mut Api, owner: &str, function: &ast::Fn) {
    let has_self = function.param_list().is_some_and(|list| list.self_param().is_some());
    let kind = if has_self { Kind::Method } else { Kind::Function };
    add(api, owner, kind, function);
}

/// Adds an item unless it is hidden or was not compiled; returns its name.
fn add(api: &mut Api, owner: &str, kind: Kind, node: &(impl HasName + HasAttrs)) -> Option<String> {
    let name = node.name()?.text().to_string();
    // `doc(hidden)`, and what only a nightly compiler allows.
    let is_hidden = |attribute| mentions(&attribute, "hidden") || mentions(&attribute, "unstable");
    if node.attrs().any(is_hidden) || leave_out(node, &api.features) {
        return None;
    }
    let (signature, docs) = (signature(node.syntax(), kind), docs(node.syntax()));
    api.add(Item { name: name.clone(), kind, owner: owner.to_owned(), signature, docs });
    Some(name)
}

fn derived(api: &mut Api, name: &str, attributes: impl Iterator<Item = ast::Attr>) {
    for attribute in attributes.filter(|attribute| mentions(attribute, "derive")) {
        let text = attribute.syntax().text().to_string();
        let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        api.traits.entry(name.to_owned()).or_default().extend(words.skip(1).map(str::to_owned));
    }
}

fn mentions(attribute: &ast::Attr, word: &str) -> bool {
    let text = attribute.syntax().text().to_string();
    text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|part| part == word)
}

fn is_public(item: &impl HasVisibility) -> bool {
    item.visibility().is_some_and(|visibility| visibility.syntax().text() == "pub")
}

fn visible(api: &Api, item: &impl HasVisibility) -> bool {
    api.private || is_public(item)
}

/// The declaration up to its body, on one line.
fn signature(node: &SyntaxNode, kind: Kind) -> String {
    let mut text = String::new();
    for part in node.children_with_tokens() {
        let body = match part.kind() {
            SyntaxKind::COMMENT | SyntaxKind::ATTR => continue,
            SyntaxKind::BLOCK_EXPR
            | SyntaxKind::ASSOC_ITEM_LIST
            | SyntaxKind::VARIANT_LIST
            | SyntaxKind::ITEM_LIST
            | SyntaxKind::TOKEN_TREE
            | SyntaxKind::SEMICOLON => true,
            SyntaxKind::RECORD_FIELD_LIST => kind != Kind::Variant,
            _ => false,
        };
        if body {
            break;
        }
        if part.kind() == SyntaxKind::WHITESPACE && text.is_empty() {
            continue;
        }
        match part {
            NodeOrToken::Node(node) => text.push_str(&node.text().to_string()),
            NodeOrToken::Token(token) => text.push_str(token.text()),
        }
    }
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.replace("( ", "(").replace(", )", ")").replace(" )", ")")
}

/// The lines of `///` and `/** */` before an item.
fn docs(node: &SyntaxNode) -> String {
    let mut lines = Vec::new();
    for token in node.children_with_tokens().filter_map(NodeOrToken::into_token) {
        let text = token.text();
        if token.kind() != SyntaxKind::COMMENT {
            continue;
        }
        if let Some(line) = text.strip_prefix("///") {
            lines.push(line.strip_prefix(' ').unwrap_or(line).trim_end().to_owned());
        } else if let Some(block) = text.strip_prefix("/**") {
            let block = block.strip_suffix("*/").unwrap_or(block);
            let block = block.lines().map(|line| line.trim().trim_start_matches("* ").to_owned());
            lines.extend(block);
        }
    }
    lines.join("\n").trim().to_owned()
}
