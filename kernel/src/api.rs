//! What the toolkit offers, read from its own sources: names, signatures and documentation.
//!
//! Nothing here is written by hand, so nothing can be out of date: the sources are those from which
//! the library was compiled ([`sources`]).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use conditions::Features;

mod conditions;
mod read;
pub mod sources;
mod types;

/// What an [`Item`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A field of a struct.
    Field,
    /// A function with `self`.
    Method,
    /// Any other function.
    Function,
    /// A variant of an enum.
    Variant,
    /// A constant or static.
    Constant,
    /// A struct or union.
    Struct,
    /// An enum.
    Enum,
    /// A trait.
    Trait,
    /// A type alias.
    Alias,
    /// A module.
    Module,
    /// A macro, without its `!`.
    Macro,
}

impl Kind {
    /// The kind as front ends name it, for an icon.
    pub fn word(self) -> &'static str {
        match self {
            Self::Field => "property",
            Self::Method => "method",
            Self::Function | Self::Macro => "function",
            Self::Variant => "enumMember",
            Self::Constant => "constant",
            Self::Struct => "struct",
            Self::Enum => "enum",
            Self::Trait => "interface",
            Self::Alias => "class",
            Self::Module => "module",
        }
    }
}

/// A public item and what its source says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// The type, trait or module that it is part of, by the last part of its path.
    pub owner: String,
    /// Its declaration on one line, without a body.
    pub signature: String,
    /// Its documentation in Markdown.
    pub docs: String,
}

/// Items by name and by owner.
#[derive(Debug, Default)]
pub struct Api {
    items: Vec<Item>,
    by_name: HashMap<String, Vec<usize>>,
    by_owner: HashMap<String, Vec<usize>>,
    /// The traits that a type implements.
    traits: HashMap<String, BTreeSet<String>>,
    /// Where methods are looked for besides, as with `Deref`.
    targets: HashMap<String, String>,
    /// The names that a module hands on from elsewhere (`pub use`).
    handed_on: HashMap<String, BTreeSet<String>>,
    /// Names that a prelude brings into scope, and the crates that they are from.
    prelude: BTreeMap<String, String>,
    /// Whether what is not `pub` counts as well.
    private: bool,
    /// The features of the crate that is being read.
    features: Features,
}

impl Api {
    /// For the items of cells, which need no `pub`.
    pub fn of_session() -> Self {
        Self { private: true, ..Self::default() }
    }

    /// Sets the features with which the sources that are read next were compiled.
    pub fn set_features(&mut self, features: Features) {
        self.features = features;
    }

    /// Adds the public items of a source file that were compiled; `module` is the name of its module.
    pub fn read(&mut self, module: &str, text: &str) {
        read::file(self, module, text);
    }

    fn add(&mut self, item: Item) {
        let index = self.items.len();
        self.by_name.entry(item.name.clone()).or_default().push(index);
        self.by_owner.entry(item.owner.clone()).or_default().push(index);
        self.items.push(item);
    }

    /// Sets the names in scope after `use emergent::prelude::*`, from the source of that module.
    pub fn set_prelude(&mut self, text: &str) {
        self.prelude = read::exported(text);
    }

    /// The names that the toolkit's prelude brings into scope.
    pub fn prelude(&self) -> impl Iterator<Item = &str> {
        self.prelude.keys().map(String::as_str)
    }

    /// The crate from which the prelude has a name; `crate` if it is the facade's own.
    pub fn origin(&self, name: &str) -> Option<&str> {
        self.prelude.get(name).map(String::as_str)
    }

    /// The first item of a name that is no member of a type; what was read first is preferred.
    pub fn item(&self, name: &str) -> Option<&Item> {
        let all = self.by_name.get(name)?.iter().map(|&index| &self.items[index]);
        all.filter(|item| !matches!(item.kind, Kind::Field | Kind::Method | Kind::Variant))
            .min_by_key(
                // Of two items of a name, such as a macro and the module that it is in, the type.
                |item| match item.kind {
                    Kind::Struct | Kind::Enum | Kind::Trait | Kind::Alias => 0,
                    Kind::Function | Kind::Macro | Kind::Constant => 1,
                    _ => 2,
                },
            )
    }

    /// What can follow `owner::`: associated functions, constants, variants, items of a module.
    pub fn in_path(&self, owner: &str) -> Vec<&Item> {
        let mut found = self.of_owner(owner, |kind| kind != Kind::Field);
        for name in self.traits.get(owner).into_iter().flatten() {
            found.extend(self.of_owner(name, |kind| kind == Kind::Function));
        }
        for name in self.handed_on.get(owner).into_iter().flatten() {
            found.extend(self.item(name));
        }
        distinct(found)
    }

    /// What can follow `.` on a value of a type: its fields and methods, those of the traits it
    /// implements, and those of what it dereferences to.
    pub fn members(&self, type_name: &str) -> Vec<&Item> {
        let mut found = Vec::new();
        let mut rest = types::heads(type_name);
        let mut seen = BTreeSet::new();
        while let Some(owner) = rest.pop() {
            if !seen.insert(owner.clone()) {
                continue;
            }
            let is_member = |kind| matches!(kind, Kind::Field | Kind::Method);
            found.extend(self.of_owner(&owner, is_member));
            for name in self.traits.get(&owner).into_iter().flatten() {
                found.extend(self.of_owner(name, is_member));
            }
            rest.extend(self.targets.get(&owner).cloned());
        }
        distinct(found)
    }

    /// The documentation of a type.
    pub fn type_docs(&self, type_name: &str) -> Option<&str> {
        let head = types::heads(type_name).pop()?;
        Some(&self.item(&head)?.docs)
    }

    fn of_owner(&self, owner: &str, wanted: impl Fn(Kind) -> bool) -> Vec<&Item> {
        let all = self.by_owner.get(owner).into_iter().flatten();
        all.map(|&index| &self.items[index]).filter(|item| wanted(item.kind)).collect()
    }

    /// How many items there are.
    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.items.len()
    }
}

/// The first item of each name, in the order of names.
fn distinct(items: Vec<&Item>) -> Vec<&Item> {
    let mut found: BTreeMap<&str, &Item> = BTreeMap::new();
    for item in items {
        found.entry(&item.name).or_insert(item);
    }
    found.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = r#"
        /// A table.
        ///
        /// Of rows.
        #[derive(Clone)]
        pub struct Table { /** Rows. */ pub rows: usize, hidden: u8 }
        impl<T: Copy> Table {
            /// Makes one.
            pub fn new(
                rows: usize,
            ) -> Self { todo!() }
            pub fn len(&self) -> usize { self.rows }
            fn private(&self) {}
            pub(crate) fn internal(&self) {}
            #[doc(hidden)]
            pub fn secret(&self) {}
        }
        impl std::ops::Deref for Table { type Target = Vec<u8>; fn deref(&self) -> &Vec<u8> { todo!() } }
        pub trait Show { /// Shows it.
            fn show(&self); fn make() -> Self; }
        impl Show for Table { fn show(&self) {} }
        pub enum Metric { /// Straight.
            Euclidean, City { x: u8 } }
        pub mod files { pub fn read() {} }
        #[cfg(test)] mod tests { pub fn nothing() {} }
    "#;

    fn names(items: &[&Item]) -> Vec<String> {
        items.iter().map(|item| item.name.clone()).collect()
    }

    #[test]
    fn members_of_a_type_and_its_traits() {
        let mut api = Api::default();
        api.read("etable", SOURCE);
        api.read("vec", "impl<T> Vec<T> { pub fn push(&mut self, value: T) {} }");
        assert_eq!(
            names(&api.members("&'static mut etable::Table<f64>")),
            ["len", "push", "rows", "show"]
        );
        assert_eq!(names(&api.in_path("Table")), ["len", "make", "new"]);
        assert_eq!(names(&api.in_path("Metric")), ["City", "Euclidean"]);
        assert_eq!(names(&api.in_path("files")), ["read"]);
        api.read(
            "io",
            "mod parts; pub use parts::{Table, make as _}; pub use crate::files; use x::Y;",
        );
        assert_eq!(names(&api.in_path("io")), ["Table", "files"]);
        assert!(api.members("Nothing").is_empty() && api.item("nothing").is_none());
    }

    #[test]
    fn what_the_built_features_leave_out_is_not_there() {
        let source = r#"
            pub struct Expr;
            impl Expr {
                #[cfg(feature = "abs")] pub fn abs(self) {}
                /// Of the fourth moment.
                #[cfg(feature = "moment")] pub fn kurtosis(self) {}
                #[cfg(not(feature = "abs"))] pub fn absent(self) {}
                #[cfg(unix)] pub fn here(self) {}
            }
            #[cfg(any(feature = "moment", feature = "mode"))] impl Expr { pub fn mode(self) {} }
            pub enum Kind { One, #[cfg(feature = "moment")] Two }
            #[cfg(all(feature = "abs", feature = "moment"))] pub mod both { pub fn f() {} }
        "#;
        let mut api = Api::default();
        api.set_features(Some(BTreeSet::from(["abs".to_owned()])));
        api.read("dsl", source);
        assert_eq!(names(&api.members("Expr")), ["abs", "here"]);
        assert_eq!(names(&api.in_path("Kind")), ["One"]);
        assert!(api.item("both").is_none() && api.item("f").is_none());
        let mut unknown = Api::default();
        unknown.read("dsl", source);
        assert_eq!(unknown.members("Expr").len(), 5);
    }

    #[test]
    fn signatures_and_documentation() {
        let mut api = Api::default();
        api.read("etable", SOURCE);
        let table = api.item("Table").unwrap();
        assert_eq!(table.docs, "A table.\n\nOf rows.");
        assert_eq!(table.signature, "pub struct Table");
        let new = api.in_path("Table")[2];
        assert_eq!(new.signature, "pub fn new(rows: usize) -> Self");
        assert_eq!((new.docs.as_str(), new.kind), ("Makes one.", Kind::Function));
        let variant = api.in_path("Metric")[0];
        assert_eq!(variant.signature, "City { x: u8 }");
    }

    #[test]
    fn a_prelude_is_its_exports() {
        let mut api = Api::default();
        api.set_prelude("pub use a::{B, c::d, e as f};\npub use g::H;\npub fn j() {}\nuse k::l;");
        assert_eq!(api.prelude().collect::<Vec<_>>(), ["B", "H", "d", "f", "j"]);
        assert_eq!((api.origin("d"), api.origin("H")), (Some("a"), Some("g")));
        assert_eq!((api.origin("j"), api.origin("l")), (Some("crate"), None));
    }
}
