//! The crates that the user added with `:dep`, as evcxr has compiled them.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Crates by name, and where their libraries are.
#[derive(Debug)]
pub(super) struct Dependencies {
    names: BTreeSet<String>,
    /// The folder in which evcxr compiles.
    cells: PathBuf,
}

impl Dependencies {
    /// None yet.
    pub fn new(cells: &Path) -> Self {
        Self { names: BTreeSet::new(), cells: cells.to_owned() }
    }

    /// Adds the crates named in command lines.
    pub fn add(&mut self, commands: &str) {
        for line in commands.lines() {
            let Some(rest) = line.trim().strip_prefix(":dep ") else {
                continue;
            };
            let name = rest.split('=').next().unwrap_or_default().trim().replace('-', "_");
            if !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_') {
                self.names.insert(name);
            }
        }
    }

    /// The compiler's arguments that make them known.
    pub fn arguments(&self) -> Vec<OsString> {
        let mut arguments = Vec::new();
        if self.names.is_empty() {
            return arguments;
        }
        let Some(folder) = self.folder() else {
            return arguments;
        };
        for name in &self.names {
            if let Some(library) = newest(&folder, name) {
                arguments.push("--extern".into());
                let mut value = OsString::from(format!("{name}="));
                value.push(library);
                arguments.push(value);
            }
        }
        let mut search = OsString::from("dependency=");
        search.push(folder);
        arguments.extend(["-L".into(), search]);
        arguments
    }

    /// `target/TARGET/debug/deps`, TARGET being the machine's name.
    fn folder(&self) -> Option<PathBuf> {
        let targets = std::fs::read_dir(self.cells.join("target")).ok()?;
        let folders = targets.flatten().map(|entry| entry.path());
        folders
            .filter(|folder| folder.file_name().is_some_and(|name| name != "debug"))
            .map(|folder| folder.join("debug").join("deps"))
            .find(|folder| folder.is_dir())
    }
}

/// The library of a crate that was written last.
fn newest(folder: &Path, name: &str) -> Option<PathBuf> {
    let prefix = format!("lib{name}-");
    let files = std::fs::read_dir(folder).ok()?.flatten().filter(|file| {
        let file = file.file_name();
        let file = file.to_string_lossy();
        file.starts_with(&prefix) && (file.ends_with(".rlib") || file.ends_with(".so"))
    });
    files
        .max_by_key(|file| file.metadata().and_then(|about| about.modified()).ok())
        .map(|f| f.path())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_libraries_of_named_crates() {
        let cells = tempfile::tempdir().unwrap();
        let folder = cells.path().join("target/machine/debug/deps");
        std::fs::create_dir_all(&folder).unwrap();
        let library = folder.join("libmy_crate-0123.rlib");
        std::fs::write(&library, "").unwrap();
        let mut dependencies = Dependencies::new(cells.path());
        assert!(dependencies.arguments().is_empty());
        dependencies.add(":dep my-crate = \"1\"\n:vars\n:dep absent\n");
        let arguments = dependencies.arguments();
        assert_eq!(arguments[1], *format!("my_crate={}", library.display()));
        assert_eq!(arguments.len(), 4);
    }
}
