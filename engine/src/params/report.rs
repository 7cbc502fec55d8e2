//! What applying a sheet did.

use std::fmt;

use crate::error::{ParameterProblem, hint};
use crate::params::Selector;

/// One value that was set.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    /// The rule, counted from 0 within the sheet.
    pub rule: usize,
    /// The name of the layer or projection.
    pub object: String,
    /// The full path, such as `Layer.Inhib.Layer.Gi`.
    pub path: String,
    /// The value as text.
    pub value: String,
}

/// One thing that is wrong with a sheet for the objects it was applied to.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum SheetProblem {
    /// No object has the selected type, class or name and the type that the paths begin with.
    Unmatched {
        /// The rule, counted from 0.
        rule: usize,
        /// Its selector.
        selector: Selector,
        /// The type that the rule's paths begin with.
        target: String,
        /// A selector of the same kind that is spelt most alike and does match.
        nearest: Option<String>,
    },
    /// A parameter of a matching object cannot be set.
    Setting {
        /// The rule, counted from 0.
        rule: usize,
        /// Its selector.
        selector: Selector,
        /// The matching object.
        object: String,
        /// What is wrong.
        problem: ParameterProblem,
    },
    /// The parameters that an object would have do not go together.
    Together {
        /// The object.
        object: String,
        /// What is wrong.
        problem: ParameterProblem,
    },
}

impl fmt::Display for SheetProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unmatched { rule, selector, target, nearest } => {
                let hint = hint(nearest);
                write!(f, "rule {rule} `{selector}` matches no object of type {target}{hint}")
            }
            Self::Setting { rule, selector, object, problem } => {
                write!(f, "rule {rule} `{selector}`, {object}: {problem}")
            }
            Self::Together { object, problem } => write!(f, "{object}: {problem}"),
        }
    }
}

/// What applying a sheet did: every value set, in order, and what could not be.
///
/// As text it has one line per value set, then one per problem.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ApplyReport {
    pub(crate) settings: Vec<Setting>,
    pub(crate) problems: Vec<SheetProblem>,
}

impl ApplyReport {
    /// Every value set, in the order of setting; a later one overrides an earlier one for the same
    /// object and path.
    pub fn settings(&self) -> &[Setting] {
        &self.settings
    }

    /// What could not be applied; always empty after a strict application.
    pub fn problems(&self) -> &[SheetProblem] {
        &self.problems
    }

    /// The selectors of the rules that matched nothing.
    pub fn unmatched(&self) -> Vec<&Selector> {
        let selectors = self.problems.iter().filter_map(|problem| match problem {
            SheetProblem::Unmatched { selector, .. } => Some(selector),
            SheetProblem::Setting { .. } | SheetProblem::Together { .. } => None,
        });
        selectors.collect()
    }

    /// The value that stands at the end for an object's parameter, if the sheet set it.
    pub fn value(&self, object: &str, path: &str) -> Option<&str> {
        let mut from_last = self.settings.iter().rev();
        let setting = from_last.find(|setting| setting.object == object && setting.path == path);
        setting.map(|setting| setting.value.as_str())
    }
}

impl fmt::Display for ApplyReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for setting in &self.settings {
            writeln!(f, "{}: {} = {}", setting.object, setting.path, setting.value)?;
        }
        for problem in &self.problems {
            writeln!(f, "not applied: {problem}")?;
        }
        Ok(())
    }
}
