//! The direction of the project's dependencies, and lists that must be kept.

use std::collections::{BTreeMap, BTreeSet};
use tests::project_root;

/// The project's own crates that the manifest in `folder` depends on.
fn own_dependencies(folder: &str) -> Vec<String> {
    let path = project_root().join(folder).join("Cargo.toml");
    let text = std::fs::read_to_string(&path).expect("a crate has a manifest");
    let manifest: toml::Table = text.parse().expect("a manifest is TOML");
    let own = ["etable", "engine", "analysis", "emergent", "emergent-kernel", "sims"];
    let mut found = Vec::new();
    for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
        let Some(table) = manifest.get(section).and_then(|value| value.as_table()) else {
            continue;
        };
        found.extend(table.keys().filter(|name| own.contains(&name.as_str())).cloned());
    }
    found.sort();
    found
}

#[test]
fn data_flows_one_way_and_nothing_depends_on_the_kernel() {
    let allowed: BTreeMap<&str, &[&str]> = BTreeMap::from([
        ("etable", &[][..]),
        ("engine", &["etable"][..]),
        ("analysis", &["etable"][..]),
        ("kernel/emergent", &["analysis", "engine", "etable"][..]),
        ("notebooks/sims", &["emergent"][..]),
        ("kernel", &["emergent", "sims"][..]),
    ]);
    for (folder, allowed) in allowed {
        assert_eq!(own_dependencies(folder), allowed, "dependencies of {folder}");
    }
}

#[test]
fn what_shows_itself_is_compiled_ahead_of_cells() {
    let read = |path: &str| std::fs::read_to_string(project_root().join(path)).expect(path);
    let compiled = read("kernel/toolkit/src/instances.rs");
    let compiled: BTreeSet<&str> = compiled
        .lines()
        .filter_map(|line| line.trim().strip_prefix("compile!(shown: ")?.strip_suffix(");"))
        .flat_map(|types| types.split(", "))
        .collect();
    let mut shown = BTreeSet::new();
    for file in ["display/network", "display/results", "display/simulation", "display/toolkit"] {
        let source = read(&format!("kernel/emergent/src/{file}.rs"));
        let names = source.lines().filter_map(|line| {
            let name = line.strip_prefix("impl Show for ")?.strip_suffix(" {")?;
            name.chars().all(char::is_alphanumeric).then(|| name.to_owned())
        });
        shown.extend(names);
    }
    assert!(shown.len() > 20, "{shown:?}");
    let missing: Vec<_> = shown.iter().filter(|name| !compiled.contains(name.as_str())).collect();
    assert!(missing.is_empty(), "not in instances.rs: {missing:?}");
}

#[test]
fn the_readme_shows_the_example_that_is_compiled() {
    let read = |path: &str| std::fs::read_to_string(project_root().join(path)).expect(path);
    let example = read("kernel/emergent/examples/own_program.rs");
    let code = &example[example.find("use emergent").expect("an import")..];
    assert!(read("README.md").contains(&format!("```rust\n{code}```\n")));
}
