//! The direction of the project's dependencies.

use std::collections::BTreeMap;
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
