//! Finds the sources from which the toolkit's library was compiled.
//!
//! Beside every compiled crate cargo leaves a list of its source files (`deps/NAME-HASH.d`).

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::Api;
use crate::toolchain::Toolchain;

/// The crates that a notebook's user meets; of two items with one name the first is meant.
const CRATES: [&str; 9] = [
    "emergent",
    "etable",
    "engine",
    "analysis",
    "polars_core",
    "polars_plan",
    "polars_lazy",
    "ndarray",
    "plotly",
];

/// The parts of the standard library whose methods are called most.
const STANDARD: [&str; 18] = [
    "core/src/option.rs",
    "core/src/result.rs",
    "core/src/str/mod.rs",
    "core/src/slice/mod.rs",
    "core/src/clone.rs",
    "core/src/iter/traits/iterator.rs",
    "core/src/iter/traits/double_ended.rs",
    "core/src/num/f64.rs",
    "core/src/time.rs",
    "alloc/src/vec/mod.rs",
    "alloc/src/string.rs",
    "alloc/src/str.rs",
    "alloc/src/slice.rs",
    "alloc/src/collections/btree/map.rs",
    "std/src/num/f64.rs",
    "std/src/collections/hash/map.rs",
    "std/src/collections/hash/set.rs",
    "std/src/time.rs",
];

/// Where relative names in cargo's lists start: the root of the workspace.
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// Reads everything; files that are missing are left out.
pub fn read(toolchain: &Toolchain) -> Api {
    let mut api = Api::default();
    for name in CRATES {
        let Some(list) = List::newest(&toolchain.dependencies, name) else { continue };
        api.set_features(list.features(&toolchain.dependencies));
        for path in list.files {
            let Ok(text) = fs::read_to_string(&path) else { continue };
            if name == "emergent" && path.ends_with("emergent/src/prelude.rs") {
                api.set_prelude(&text);
            }
            api.read(&module_of(&path, name), &text);
        }
    }
    api.set_features(None);
    let library = toolchain.standard_sources();
    for part in STANDARD {
        let path = library.join(part);
        if let Ok(text) = fs::read_to_string(&path) {
            api.read(&module_of(&path, "std"), &text);
        }
    }
    api
}

/// Cargo's list of the source files of a crate.
struct List {
    /// The name of the crate.
    name: String,
    /// What tells this build of the crate from others.
    hash: String,
    files: Vec<PathBuf>,
}

impl List {
    /// The newest list of a crate.
    fn newest(dependencies: &Path, name: &str) -> Option<Self> {
        let prefix = format!("{name}-");
        let entries = fs::read_dir(dependencies).into_iter().flatten().flatten();
        let lists = entries.filter_map(|entry| {
            let file = entry.file_name().to_string_lossy().into_owned();
            let rest = file.strip_prefix(&prefix).filter(|rest| is_list(rest))?;
            let hash = rest.trim_end_matches(".d").to_owned();
            let text = fs::read_to_string(entry.path()).ok().filter(|text| is_library(text))?;
            let about = entry.metadata().and_then(|about| about.modified());
            let age = about.unwrap_or(SystemTime::UNIX_EPOCH);
            Some((age, Self { name: name.to_owned(), hash, files: listed(&text) }))
        });
        lists.max_by_key(|(age, _)| *age).map(|(_, list)| list)
    }

    /// The features that the crate was built with, from cargo's notes beside the compiled crates
    /// (`.fingerprint/PACKAGE-HASH/lib-NAME.json`).
    fn features(&self, dependencies: &Path) -> Option<BTreeSet<String>> {
        let Self { name, hash, .. } = self;
        let notes = dependencies.parent()?.join(".fingerprint");
        let packages = [name.replace('_', "-"), name.clone()];
        let text = packages.iter().find_map(|package| {
            let folder = notes.join(format!("{package}-{hash}"));
            fs::read_to_string(folder.join(format!("lib-{name}.json"))).ok()
        })?;
        let notes: serde_json::Value = serde_json::from_str(&text).ok()?;
        serde_json::from_str(notes["features"].as_str()?).ok()
    }
}

/// `HASH.d`.
fn is_list(rest: &str) -> bool {
    rest.strip_suffix(".d").is_some_and(|hash| hash.chars().all(|c| c.is_ascii_hexdigit()))
}

/// Whether a list is that of a library, not of a test or program of the same name.
fn is_library(text: &str) -> bool {
    listed(text).iter().any(|path| path.ends_with("src/lib.rs"))
}

/// The files that a list names: those with a line `FILE:` of their own.
fn listed(text: &str) -> Vec<PathBuf> {
    let names = text.lines().filter_map(|line| line.strip_suffix(':'));
    names
        .filter(|name| name.ends_with(".rs"))
        .map(|name| Path::new(ROOT).join(name.replace("\\ ", " ")))
        .collect()
}

/// The name of a file's module: `view` for `src/view.rs` and `src/view/mod.rs`, the crate's for
/// `src/lib.rs`.
fn module_of(path: &Path, name: &str) -> String {
    let stem = |path: &Path| path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    match stem(path).as_str() {
        "lib" => name.to_owned(),
        "mod" => path.parent().map(stem).unwrap_or_default(),
        other => other.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_names_files_with_spaces() {
        let text = "/t/libx.rlib: a/src/lib.rs a/src/b\\ c.rs\n\na/src/lib.rs:\n/q/src/b\\ c.rs:\n";
        let found = listed(text);
        assert_eq!(found, [Path::new(ROOT).join("a/src/lib.rs"), PathBuf::from("/q/src/b c.rs")]);
        assert!(is_library(text));
    }

    #[test]
    fn modules_are_named_by_their_files() {
        assert_eq!(module_of(Path::new("/x/src/lib.rs"), "etable"), "etable");
        assert_eq!(module_of(Path::new("/x/src/io/mod.rs"), "etable"), "io");
        assert_eq!(module_of(Path::new("/x/src/view.rs"), "etable"), "view");
    }

    #[test]
    fn the_toolkits_own_sources_are_found() {
        let program = std::env::current_exe().expect("a program");
        let dependencies = program.parent().expect("a folder");
        let mut api = Api::default();
        for name in ["etable", "analysis"] {
            for path in List::newest(dependencies, name).expect("a list").files {
                api.read(&module_of(&path, name), &fs::read_to_string(path).expect("a source"));
            }
        }
        assert!(api.len() > 100);
        let members = api.members("etable::Table");
        let filter = members.iter().find(|item| item.name == "view").expect("a method");
        assert!(filter.signature.contains("&self") && !filter.docs.is_empty());
        assert!(api.in_path("Metric").iter().any(|item| item.name == "Correlation"));
    }

    #[test]
    fn of_polars_only_what_is_built_is_offered() {
        let program = std::env::current_exe().expect("a program");
        let dependencies = program.parent().expect("a folder");
        let mut api = Api::default();
        let list = List::newest(dependencies, "polars_plan").expect("a list");
        let features = list.features(dependencies).expect("cargo's notes");
        assert!(features.contains("is_in") && !features.contains("moment"), "{features:?}");
        api.set_features(Some(features));
        for path in list.files {
            api.read(
                &module_of(&path, "polars_plan"),
                &fs::read_to_string(path).expect("a source"),
            );
        }
        let offered = |name: &str| api.members("Expr").iter().any(|item| item.name == name);
        assert!(
            ["alias", "abs", "is_in", "is_between", "cum_sum", "rank"].iter().all(|n| offered(n))
        );
        assert!(!["kurtosis", "mode", "hist", "ewm_mean"].iter().any(|n| offered(n)));
    }
}
