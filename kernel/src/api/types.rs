//! From a type as the compiler writes it to the names under which its methods are found.

use ra_ap_syntax::ast::{self, HasGenericArgs as _};
use ra_ap_syntax::{AstNode, Edition, SourceFile};

/// The owner of slices' methods.
const SLICE: &str = "slice";

/// The owners of a type's methods, the first to be looked at last: the type behind references, and
/// for `Box`, `Rc` and `Arc` also the type within.
pub(super) fn heads(type_name: &str) -> Vec<String> {
    let known = type_name.replace("{integer}", "i32").replace("{float}", "f64");
    let file = SourceFile::parse(&format!("type T = {known};"), Edition::Edition2024);
    let alias = file.tree().syntax().descendants().find_map(ast::TypeAlias::cast);
    alias.and_then(|alias| alias.ty()).map(|known| owners(&known)).unwrap_or_default()
}

fn owners(known: &ast::Type) -> Vec<String> {
    let Some(head) = owner(known) else {
        return Vec::new();
    };
    let within = match behind(known) {
        ast::Type::PathType(path) if matches!(head.as_str(), "Box" | "Rc" | "Arc") => {
            first_argument(&path).map(|inner| owners(&inner)).unwrap_or_default()
        }
        ast::Type::DynTraitType(_) | ast::Type::ImplTraitType(_) => Vec::new(),
        _ => Vec::new(),
    };
    within.into_iter().chain([head]).collect()
}

/// The name under which the members of a type are kept.
pub(super) fn owner(known: &ast::Type) -> Option<String> {
    match behind(known) {
        ast::Type::PathType(path) => Some(path.path()?.segment()?.name_ref()?.text().to_string()),
        ast::Type::SliceType(_) | ast::Type::ArrayType(_) => Some(SLICE.to_owned()),
        ast::Type::DynTraitType(bounds) => first_bound(bounds.type_bound_list()),
        ast::Type::ImplTraitType(bounds) => first_bound(bounds.type_bound_list()),
        _ => None,
    }
}

fn behind(known: &ast::Type) -> ast::Type {
    let mut known = known.clone();
    loop {
        let inner = match &known {
            ast::Type::RefType(reference) => reference.ty(),
            ast::Type::ParenType(group) => group.ty(),
            _ => None,
        };
        match inner {
            Some(inner) => known = inner,
            None => return known,
        }
    }
}

fn first_argument(path: &ast::PathType) -> Option<ast::Type> {
    let arguments = path.path()?.segment()?.generic_arg_list()?;
    arguments.generic_args().find_map(|argument| match argument {
        ast::GenericArg::TypeArg(argument) => argument.ty(),
        _ => None,
    })
}

fn first_bound(bounds: Option<ast::TypeBoundList>) -> Option<String> {
    owner(&bounds?.bounds().next()?.ty()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_behind_references_and_boxes() {
        assert_eq!(heads("&'static mut etable::Table"), ["Table"]);
        assert_eq!(heads("std::sync::Arc<Vec<f64>>"), ["Vec", "Arc"]);
        assert_eq!(heads("[f64; 3]"), ["slice"]);
        assert_eq!(heads("Box<dyn Iterator<Item = i32>>"), ["Iterator", "Box"]);
        assert_eq!(heads("{float}"), ["f64"]);
        assert_eq!(heads("(i32, i32)"), [""; 0]);
        assert_eq!(heads("Result<Table, Error>"), ["Result"]);
    }
}
