//! Parameters set by rules: which objects, which parameters, which values.
//!
//! A [`ParamSheet`] is a list of rules. Each has a [`Selector`] (all layers, all projections, those
//! of a class, the one of a name) and a list of `path = value` pairs, where the path starts with
//! the type of the objects it is for: `Layer.Inhib.Layer.Gi`, `Prjn.WtScale.Rel`. Rules are applied
//! strictly in order and later ones override earlier ones, so the general stands before the
//! particular. There is no precedence of names over classes as in a style sheet of the web.
//!
//! Sheets are read from and written in the JSON of the emergent system of 2019 and later, and so
//! are [`ParamSets`]: named sets (`Base` and its variations) of named sheets.
//!
//! Applying is strict by default: a rule that matches nothing, a path that does not exist or a
//! value that is not allowed is an error, all of them are named, and nothing has been changed.
//!
//! ```
//! use engine::error::ParameterProblem;
//! use engine::params::{ParamSheet, Strictness, Styled};
//!
//! // Anything with a type, a name and classes can be styled; networks do it for their own.
//! struct Knob {
//!     name: &'static str,
//!     gi: f32,
//! }
//! impl Knob {
//!     fn parse(path: &str, text: &str) -> Result<f32, ParameterProblem> {
//!         let (path, text) = (path.to_string(), text.to_string());
//!         if path != "Layer.Gi" {
//!             return Err(ParameterProblem::UnknownPath { path, nearest: Some("Layer.Gi".into()) });
//!         }
//!         let expected = "a number".into();
//!         text.parse().map_err(|_| ParameterProblem::BadValue { path, text, expected })
//!     }
//! }
//! impl Styled for Knob {
//!     fn type_name(&self) -> &str { "Layer" }
//!     fn name(&self) -> &str { self.name }
//!     fn classes(&self) -> &str { "Layer Hidden" }
//!     fn check_parameter(&self, path: &str, text: &str) -> Result<(), ParameterProblem> {
//!         Self::parse(path, text).map(|_| ())
//!     }
//!     fn set_parameter(&mut self, path: &str, text: &str) -> Result<(), ParameterProblem> {
//!         self.gi = Self::parse(path, text)?;
//!         Ok(())
//!     }
//! }
//!
//! let mut knobs = [Knob { name: "A", gi: 2.0 }, Knob { name: "B", gi: 2.0 }];
//! let sheet = ParamSheet::new()
//!     .select("Layer", &[("Layer.Gi", "1.8")])?
//!     .select("#B", &[("Layer.Gi", "1.4")])?;
//! let objects = knobs.iter_mut().map(|knob| knob as &mut dyn Styled);
//! let report = sheet.apply(objects, Strictness::Strict)?;
//! assert_eq!((knobs[0].gi, knobs[1].gi), (1.8, 1.4));
//! assert_eq!(report.settings().len(), 3);
//!
//! // A slip is an error, and nothing has changed.
//! let slip = ParamSheet::new().select("Layer", &[("Layer.Gj", "1")])?;
//! let objects = knobs.iter_mut().map(|knob| knob as &mut dyn Styled);
//! let error = slip.apply(objects, Strictness::Strict).unwrap_err();
//! assert!(error.to_string().contains("did you mean `Layer.Gi`?"));
//! # Ok::<(), engine::error::EngineError>(())
//! ```

pub(crate) mod diff;
mod reference;
mod report;
mod rule;
mod rule_json;
mod selector;
mod sets;
mod sheet;
pub mod tree;

pub use crate::error::ParameterProblem;
pub use diff::{ParamDiff, ParamDifference, PlacedValue};
pub use reference::{reference, reference_page};
pub use report::{ApplyReport, Setting, SheetProblem};
pub use rule::ParamRule;
pub use selector::Selector;
pub use sets::{ParamSet, ParamSets};
pub use sheet::{ParamSheet, Strictness};

/// An object whose parameters the rules of a [`ParamSheet`] can set.
pub trait Styled {
    /// The type, which type selectors and the first element of paths name: `Layer` or `Prjn`.
    fn type_name(&self) -> &str;

    /// The name, which `#Name` selectors name.
    fn name(&self) -> &str;

    /// The classes, separated by spaces, which `.Class` selectors name; they include the kind of
    /// layer or projection (`Hidden`, `Back`).
    fn classes(&self) -> &str;

    /// Says what [`set_parameter`](Self::set_parameter) would, and changes nothing.
    ///
    /// # Errors
    /// The [`ParameterProblem`] that setting would give.
    fn check_parameter(&self, path: &str, text: &str) -> Result<(), ParameterProblem>;

    /// Sets the parameter at the full path, such as `Layer.Inhib.Layer.Gi`, from text.
    ///
    /// # Errors
    /// [`ParameterProblem`] if there is no such parameter or the text is no allowed value; then
    /// nothing has changed.
    fn set_parameter(&mut self, path: &str, text: &str) -> Result<(), ParameterProblem>;
}

/// The first element of a path: the type of the objects that have the parameter.
pub(crate) fn target_type(path: &str) -> &str {
    path.split('.').next().unwrap_or_default()
}
