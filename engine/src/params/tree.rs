//! Parameter structs whose fields are reachable by the reference's dotted names.
//!
//! [`parameters!`](crate::params::tree) declares a struct once: each field with its meaning, default,
//! external name and range. From that one declaration come the struct, its `Default`, and access by
//! path (`Inhib.Layer.Gi`), so that the names, the checks and the parameter reference cannot drift
//! apart.
//!
//! ```
//! use engine::error::ParameterProblem;
//! use engine::leabra::LayerParams;
//! use engine::params::tree::ParameterNode;
//!
//! let mut params = LayerParams::default();
//! params.set_by_path("Inhib.Layer.Gi", "1.4")?;
//! assert_eq!(params.inhib.layer.gi, 1.4);
//! assert_eq!(params.get_by_path("Inhib.Layer.Gi").as_deref(), Some("1.4"));
//!
//! let problem = params.set_by_path("Inhib.Layer.Gi", "-1").unwrap_err();
//! assert!(matches!(problem, ParameterProblem::OutOfRange { .. }));
//! let problem = params.set_by_path("Inhib.Layer.GI", "1").unwrap_err();
//! assert!(problem.to_string().ends_with("did you mean `Inhib.Layer.Gi`?"));
//!
//! let mut all = Vec::new();
//! params.list(&LayerParams::default(), "Layer", "", &mut all);
//! let changed: Vec<_> = all.iter().filter(|info| info.value != info.default).collect();
//! assert_eq!((changed.len(), changed[0].path.as_str()), (1, "Layer.Inhib.Layer.Gi"));
//! # Ok::<(), ParameterProblem>(())
//! ```

use crate::error::{ParameterProblem, nearest};

/// One parameter as the parameter reference lists it.
#[derive(Debug, Clone, PartialEq)]
pub struct ParameterInfo {
    /// The dotted path, such as `Layer.Inhib.Layer.Gi`.
    pub path: String,
    /// The current value as text.
    pub value: String,
    /// The default as text.
    pub default: String,
    /// The allowed range or set of values.
    pub range: String,
    /// What the parameter means.
    pub meaning: String,
}

/// A parameter or a struct of them.
pub trait ParameterNode {
    /// Sets the parameter at `path` (relative to this node; empty for a leaf) from text.
    ///
    /// # Errors
    /// [`ParameterProblem`] with `path` relative to this node.
    fn set_by_path(&mut self, path: &str, text: &str) -> Result<(), ParameterProblem>;

    /// Refuses a value that setting by path would have refused, as a direct change may leave it.
    ///
    /// # Errors
    /// [`ParameterProblem::BadValue`] with `path` relative to this node.
    fn check_values(&self) -> Result<(), ParameterProblem>;

    /// The value at `path` as text, or `None` if there is no such parameter.
    fn get_by_path(&self, path: &str) -> Option<String>;

    /// Appends every parameter below this node to `out`, `default` being a node of default values.
    fn list(&self, default: &Self, prefix: &str, meaning: &str, out: &mut Vec<ParameterInfo>)
    where
        Self: Sized;
}

/// The values a leaf may take, checked after parsing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    /// The least value.
    pub min: f64,
    /// The greatest value.
    pub max: f64,
}

impl Range {
    /// Any finite number.
    pub const ANY: Range = Range { min: f64::NEG_INFINITY, max: f64::INFINITY };

    fn contains(self, value: f64) -> bool {
        (self.min..=self.max).contains(&value)
    }

    /// Refuses a value outside; `text` is how it was given.
    fn check(self, path: &str, text: &str, value: f64) -> Result<(), ParameterProblem> {
        if self.contains(value) {
            return Ok(());
        }
        Err(ParameterProblem::OutOfRange {
            path: path.to_owned(),
            value: text.to_owned(),
            range: self.text(),
        })
    }

    fn text(self) -> String {
        // Any `f32` that is not infinite is no limit.
        let most = f64::from(f32::MAX);
        match (self.min > -most, self.max < most) {
            (true, true) => format!("[{}, {}]", self.min, self.max),
            (true, false) => format!("[{}, inf)", self.min),
            (false, true) => format!("(-inf, {}]", self.max),
            (false, false) => "any number".to_owned(),
        }
    }
}

/// A single value with its range; implemented for the types that parameters have.
pub trait Leaf: Sized {
    /// What a value looks like, for messages and the parameter reference.
    fn expected(range: Range) -> String;
    /// Parses and checks a value; `path` is for the message.
    ///
    /// # Errors
    /// [`ParameterProblem::BadValue`] or [`ParameterProblem::OutOfRange`].
    fn parse(path: &str, text: &str, range: Range) -> Result<Self, ParameterProblem>;
    /// Whether the parameter may have this value.
    fn is_allowed(&self, _range: Range) -> bool {
        true
    }
    /// The value as text.
    fn text(&self) -> String;
}

pub(crate) fn bad<T: Leaf>(path: &str, text: &str, range: Range) -> ParameterProblem {
    ParameterProblem::BadValue {
        path: path.to_owned(),
        text: text.to_owned(),
        expected: T::expected(range),
    }
}

/// Refuses a value that the parameter may not have.
pub(crate) fn require<T: Leaf>(
    path: &str,
    value: &T,
    range: Range,
) -> Result<(), ParameterProblem> {
    if value.is_allowed(range) { Ok(()) } else { Err(bad::<T>(path, &value.text(), range)) }
}

impl Leaf for f32 {
    fn expected(range: Range) -> String {
        if range == Range::ANY {
            "a number".to_owned()
        } else {
            format!("a number in {}", range.text())
        }
    }
    fn parse(path: &str, text: &str, range: Range) -> Result<Self, ParameterProblem> {
        let value: f32 = text.trim().parse().map_err(|_| bad::<Self>(path, text, range))?;
        if !value.is_finite() {
            return Err(bad::<Self>(path, text, range));
        }
        range.check(path, text, f64::from(value)).map(|()| value)
    }
    fn is_allowed(&self, range: Range) -> bool {
        self.is_finite() && range.contains(f64::from(*self))
    }
    fn text(&self) -> String {
        self.to_string()
    }
}

impl Leaf for i32 {
    fn expected(range: Range) -> String {
        if range == Range::ANY {
            "a whole number".to_owned()
        } else {
            format!("a whole number in {}", range.text())
        }
    }
    fn parse(path: &str, text: &str, range: Range) -> Result<Self, ParameterProblem> {
        let value: i32 = text.trim().parse().map_err(|_| bad::<Self>(path, text, range))?;
        range.check(path, text, f64::from(value)).map(|()| value)
    }
    fn is_allowed(&self, range: Range) -> bool {
        range.contains(f64::from(*self))
    }
    fn text(&self) -> String {
        self.to_string()
    }
}

impl Leaf for bool {
    fn expected(_: Range) -> String {
        "true or false".to_owned()
    }
    fn parse(path: &str, text: &str, range: Range) -> Result<Self, ParameterProblem> {
        match text.trim() {
            "true" | "True" | "1" => Ok(true),
            "false" | "False" | "0" => Ok(false),
            _ => Err(bad::<Self>(path, text, range)),
        }
    }
    fn text(&self) -> String {
        self.to_string()
    }
}

/// Declares an enumeration that is a parameter, with the reference's names.
///
/// A variant is `Name, "meaning";`; its text is its name.
macro_rules! choices {
    (
        $(#[$enum_meta:meta])*
        pub enum $name:ident { $( $(#[$variant_meta:meta])* $variant:ident, )* }
    ) => {
        $(#[$enum_meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        pub enum $name { $( $(#[$variant_meta])* $variant, )* }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$( Self::$variant, )*];

            /// The name in parameter files.
            pub fn name(self) -> &'static str {
                match self { $( Self::$variant => stringify!($variant), )* }
            }
        }

        impl $crate::params::tree::Leaf for $name {
            fn expected(_: $crate::params::tree::Range) -> String {
                let names: Vec<&str> = Self::ALL.iter().map(|choice| choice.name()).collect();
                format!("one of {}", names.join(", "))
            }
            fn parse(
                path: &str,
                text: &str,
                range: $crate::params::tree::Range,
            ) -> std::result::Result<Self, $crate::error::ParameterProblem> {
                let found = Self::ALL.iter().find(|choice| choice.name() == text.trim());
                found.copied().ok_or_else(|| $crate::params::tree::bad::<Self>(path, text, range))
            }
            fn text(&self) -> String {
                self.name().to_owned()
            }
        }
    };
}
pub(crate) use choices;

/// Splits the first element off a dotted path.
pub(crate) fn split(path: &str) -> (&str, &str) {
    path.split_once('.').unwrap_or((path, ""))
}

/// Puts `head.` before the paths in a problem that came from below.
pub(crate) fn below(head: &str, problem: ParameterProblem) -> ParameterProblem {
    let join =
        |path: String| if path.is_empty() { head.to_owned() } else { format!("{head}.{path}") };
    match problem {
        ParameterProblem::UnknownPath { path, nearest } => {
            ParameterProblem::UnknownPath { path: join(path), nearest: nearest.map(join) }
        }
        ParameterProblem::BadValue { path, text, expected } => {
            ParameterProblem::BadValue { path: join(path), text, expected }
        }
        ParameterProblem::OutOfRange { path, value, range } => {
            ParameterProblem::OutOfRange { path: join(path), value, range }
        }
        ParameterProblem::Contradiction { path, value, relation, other, other_value } => {
            let (path, other) = (join(path), join(other));
            ParameterProblem::Contradiction { path, value, relation, other, other_value }
        }
    }
}

/// The problem of a path whose first element is none of `names`.
pub(crate) fn unknown(path: &str, names: &[&str]) -> ParameterProblem {
    let (head, _) = split(path);
    ParameterProblem::UnknownPath {
        path: path.to_owned(),
        nearest: nearest(head, names.iter().copied()),
    }
}

/// Declares a struct of parameters; see the module's documentation.
///
/// A field is `name: type = default, "ExternalName", min => max;` for a value with a range,
/// without the range for any number or for a flag, and `name: Struct, "ExternalName";` for a
/// struct of parameters, or `name: Struct => value, "ExternalName";` where its defaults are not those
/// of the struct.
macro_rules! parameters {
    (
        $(#[$struct_meta:meta])*
        pub struct $name:ident {
            $( $(#[doc = $doc:literal])+ $field:ident : $ty:ty $(= $default:expr)? $(=> $start:expr)?,
               $external:literal $(, $min:expr => $max:expr)? ; )*
        }
    ) => {
        $(#[$struct_meta])*
        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
        pub struct $name {
            $( $(#[doc = $doc])+ pub $field: $ty, )*
        }

        impl Default for $name {
            fn default() -> Self {
                Self {
                    $( $field: $crate::params::tree::parameters!(@default $($default)? $($start)?), )*
                }
            }
        }

        impl $crate::params::tree::ParameterNode for $name {
            fn set_by_path(
                &mut self,
                path: &str,
                text: &str,
            ) -> std::result::Result<(), $crate::error::ParameterProblem> {
                let (head, rest) = $crate::params::tree::split(path);
                match head {
                    $( $external => $crate::params::tree::parameters!(
                        @set self, $field, $external, rest, text, [$($default)?] $(, $min => $max)?
                    ), )*
                    _ => Err($crate::params::tree::unknown(path, &[$($external),*])),
                }
            }

            fn check_values(&self) -> std::result::Result<(), $crate::error::ParameterProblem> {
                $( $crate::params::tree::parameters!(
                    @check self, $field, $external, [$($default)?] $(, $min => $max)?
                ); )*
                Ok(())
            }

            fn get_by_path(&self, path: &str) -> Option<String> {
                let (head, rest) = $crate::params::tree::split(path);
                match head {
                    $( $external => $crate::params::tree::parameters!(
                        @get self, $field, rest, [$($default)?]
                    ), )*
                    _ => None,
                }
            }

            fn list(
                &self,
                default: &Self,
                prefix: &str,
                _meaning: &str,
                out: &mut Vec<$crate::params::tree::ParameterInfo>,
            ) {
                $( $crate::params::tree::parameters!(
                    @list self, default, $field, $ty, format!("{prefix}.{}", $external),
                    concat!($($doc),+).trim(), out, [$($default)?] $(, $min => $max)?
                ); )*
            }
        }
    };

    (@default $default:expr) => { $default };
    (@default) => { Default::default() };

    (@range $min:expr => $max:expr) => {
        $crate::params::tree::Range { min: f64::from($min), max: f64::from($max) }
    };
    (@range) => { $crate::params::tree::Range::ANY };

    // A field without a default of its own is a struct of parameters.
    (@set $self:ident, $field:ident, $external:literal, $rest:ident, $text:ident, []) => {
        $crate::params::tree::ParameterNode::set_by_path(&mut $self.$field, $rest, $text)
            .map_err(|problem| $crate::params::tree::below($external, problem))
    };
    (@set $self:ident, $field:ident, $external:literal, $rest:ident, $text:ident, [$default:expr]
        $(, $min:expr => $max:expr)?) => {{
        if !$rest.is_empty() {
            return Err($crate::params::tree::below(
                $external,
                $crate::params::tree::unknown($rest, &[]),
            ));
        }
        $self.$field = $crate::params::tree::Leaf::parse(
            $external,
            $text,
            $crate::params::tree::parameters!(@range $($min => $max)?),
        )?;
        Ok(())
    }};

    (@check $self:ident, $field:ident, $external:literal, []) => {
        $crate::params::tree::ParameterNode::check_values(&$self.$field)
            .map_err(|problem| $crate::params::tree::below($external, problem))?
    };
    (@check $self:ident, $field:ident, $external:literal, [$default:expr]
        $(, $min:expr => $max:expr)?) => {
        $crate::params::tree::require(
            $external,
            &$self.$field,
            $crate::params::tree::parameters!(@range $($min => $max)?),
        )?
    };

    (@get $self:ident, $field:ident, $rest:ident, []) => {
        $crate::params::tree::ParameterNode::get_by_path(&$self.$field, $rest)
    };
    (@get $self:ident, $field:ident, $rest:ident, [$default:expr]) => {
        $rest.is_empty().then(|| $crate::params::tree::Leaf::text(&$self.$field))
    };

    (@list $self:ident, $defaults:ident, $field:ident, $ty:ty, $path:expr, $meaning:expr, $out:ident, []) => {
        $crate::params::tree::ParameterNode::list(
            &$self.$field, &$defaults.$field, &$path, $meaning, $out,
        )
    };
    (@list $self:ident, $defaults:ident, $field:ident, $ty:ty, $path:expr, $meaning:expr, $out:ident,
        [$default:expr] $(, $min:expr => $max:expr)?) => {
        $out.push($crate::params::tree::ParameterInfo {
            path: $path,
            value: $crate::params::tree::Leaf::text(&$self.$field),
            default: $crate::params::tree::Leaf::text(&$defaults.$field),
            range: <$ty as $crate::params::tree::Leaf>::expected(
                $crate::params::tree::parameters!(@range $($min => $max)?),
            ),
            meaning: $meaning.to_owned(),
        })
    };
}
pub(crate) use parameters;

/// Sets the parameter at `path`, which must begin with `prefix`, in `node`.
pub(crate) fn set_below(
    prefix: &str,
    node: &mut impl ParameterNode,
    path: &str,
    text: &str,
) -> Result<(), ParameterProblem> {
    let (head, rest) = split(path);
    if head != prefix || rest.is_empty() {
        return Err(ParameterProblem::UnknownPath {
            path: path.to_owned(),
            nearest: nearest(head, [prefix]),
        });
    }
    node.set_by_path(rest, text).map_err(|problem| below(prefix, problem))
}
