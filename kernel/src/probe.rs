//! Compiles a cell without running it, to learn the types of its variables and its errors.
//!
//! The cell's statements become the body of a function whose parameters are the variables of
//! earlier cells. After each `let` stands a call of a generic function with the new variable; the
//! compiler's middle representation (MIR), which it prints as text, names the type in each of
//! those calls by a path that the cell can use. No machine code is made, so this takes a fraction
//! of compiling the cell, and a wrong cell goes no further.

use std::collections::{BTreeSet, HashMap};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::cell::{Cell, SessionItems};
use crate::error::Result;
use crate::toolchain::Toolchain;

mod compiler;
mod dependencies;
mod diagnostic;
mod mir;
mod names;
mod source;

pub use compiler::Compiler;
use dependencies::Dependencies;
pub use diagnostic::Diagnostic;
pub use names::static_lifetimes;

/// A variable that an earlier cell left behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Its type, as Rust code.
    pub type_name: String,
    /// Whether it is declared with `mut`.
    pub mutable: bool,
}

/// What a probe finds out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// The types of the variables that the cell binds, by name.
    pub types: HashMap<String, String>,
    /// Variables, old and new, that the cell gives away before its end.
    pub moved: Vec<String>,
    /// Errors, in the cell's own lines; if there are any, nothing else is known.
    pub errors: Vec<Diagnostic>,
    /// Values that the cell ignores and must not, such as results; it could run without them.
    pub ignored: Vec<Diagnostic>,
}

impl Findings {
    /// Whether an error may only mean that a crate is not known here.
    pub fn lacks_a_crate(&self) -> bool {
        let missing = ["E0432", "E0433", "E0463"];
        let codes = self.errors.iter().filter_map(|error| error.code.as_deref());
        codes.into_iter().any(|code| missing.contains(&code))
    }
}

/// Compiles cells to look at them.
#[derive(Debug)]
pub struct Probe {
    compiler: Compiler,
    dependencies: Dependencies,
    /// Names that the compiler would shorten because they are unique among all crates.
    ambiguous: BTreeSet<String>,
}

/// Every run can bring up new names or moved variables; a cell needs two or three.
const MOST_RUNS: usize = 6;

impl Probe {
    /// A probe that works in one folder and finds the crates of `:dep` commands in another.
    pub fn new(toolchain: Toolchain, folder: PathBuf, cells: &Path) -> Self {
        let dependencies = Dependencies::new(cells);
        let compiler = Compiler::new(toolchain, folder);
        Self { compiler, dependencies, ambiguous: names::usual() }
    }

    /// Takes note of the crates that a cell's commands have added.
    pub fn add_dependencies(&mut self, cell: &Cell) {
        self.dependencies.add(&cell.code[..cell.rust_start]);
    }

    /// Looks at a cell that comes after the items and variables of a session.
    ///
    /// # Errors
    ///
    /// [`KernelError::File`] or [`KernelError::NoCompiler`] if the compiler cannot be run.
    pub fn examine(
        &mut self,
        cell: &Cell,
        session: &SessionItems,
        variables: &[Variable],
    ) -> Result<Findings> {
        let items = session.without(&cell.items);
        let in_scope: BTreeSet<&str> = session.names().chain(cell.item_names()).collect();
        let mut moved: BTreeSet<String> = BTreeSet::new();
        for _ in 0..MOST_RUNS {
            let source = source::Source::new(cell, &items, variables, &moved, &self.ambiguous);
            let output = self.compiler.compile(&source.text, &self.crates())?;
            if !output.success {
                let errors = diagnostic::read(&output.messages, cell, &source);
                let newly: Vec<_> =
                    errors.moved.iter().filter(|name| !moved.contains(*name)).cloned().collect();
                if errors.told.is_empty() && !newly.is_empty() {
                    moved.extend(newly);
                    continue;
                }
                return Ok(Findings { errors: errors.told, ..Findings::default() });
            }
            let ignored = diagnostic::ignored(&output.messages, cell, &source);
            if !ignored.is_empty() {
                return Ok(Findings { ignored, ..Findings::default() });
            }
            let found = mir::types(&output.mir);
            let mut types = HashMap::new();
            let mut shortened = BTreeSet::new();
            let mut errors = Vec::new();
            for (number, binding) in source.bindings.iter().enumerate() {
                let Some(raw) = found.get(&number) else {
                    continue;
                };
                match names::nameable(raw) {
                    Ok(known) => {
                        let in_scope =
                            |name: &str| self.ambiguous.contains(name) || in_scope.contains(&name);
                        shortened.extend(names::shortened(&known, in_scope));
                        types.insert(binding.name.clone(), known);
                    }
                    // A value that is moved away need not be kept.
                    Err(_) if moved.contains(&binding.name) => {}
                    Err(problem) => {
                        errors.push(Diagnostic::cannot_keep(cell, binding, &problem));
                    }
                }
            }
            if !errors.is_empty() {
                return Ok(Findings { errors, ..Findings::default() });
            }
            if shortened.is_empty() {
                let moved = moved.into_iter().collect();
                return Ok(Findings { types, moved, ..Findings::default() });
            }
            self.ambiguous.extend(shortened);
        }
        Ok(Findings {
            errors: vec![Diagnostic::message("cannot find out the types of this cell's variables")],
            ..Findings::default()
        })
    }

    /// The compiler's arguments for the crates that were added.
    pub fn crates(&self) -> Vec<OsString> {
        self.dependencies.arguments()
    }
}
