//! One rule of a sheet: which objects get which values.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::error::{EngineError, Result};
use crate::params::{Selector, target_type};

/// One rule: for the objects that `selector` matches, set these parameters.
#[derive(Debug, Clone, PartialEq)]
pub struct ParamRule {
    pub(super) selector: Selector,
    pub(super) description: String,
    pub(super) params: BTreeMap<String, String>,
    /// Hyperparameters of the reference's later versions, by path; nothing here uses them.
    pub(super) hypers: Value,
}

impl ParamRule {
    /// A rule from its selector and its pairs of path and value.
    ///
    /// # Errors
    /// [`EngineError::Rule`] when a path is given twice, has no type before its first dot, or has
    /// another type than the others; a rule is for objects of one type.
    pub fn new<'a>(
        selector: Selector,
        params: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self> {
        let mut rule = Self {
            selector,
            description: String::new(),
            params: BTreeMap::new(),
            hypers: Value::Null,
        };
        for (path, value) in params {
            if rule.params.insert(path.to_owned(), value.to_owned()).is_some() {
                return Err(rule.unusable(format!("`{path}` is given twice")));
            }
        }
        rule.check()?;
        Ok(rule)
    }

    /// The same rule with a description, which has no effect.
    pub fn with_description(mut self, description: impl Into<String>) -> Self {
        self.description = description.into();
        self
    }

    /// Which objects the rule is for.
    pub fn selector(&self) -> &Selector {
        &self.selector
    }

    /// What the author says about it.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// The values by full path.
    pub fn params(&self) -> &BTreeMap<String, String> {
        &self.params
    }

    /// The type that the paths begin with; empty for a rule without parameters.
    pub(super) fn target(&self) -> &str {
        self.params.keys().next().map(|path| target_type(path)).unwrap_or_default()
    }

    pub(super) fn check(&self) -> Result<()> {
        let target = self.target();
        for path in self.params.keys() {
            if path.split('.').count() < 2 || path.split('.').any(str::is_empty) {
                let reason =
                    format!("`{path}` is no path: write a type and names, `Layer.Act.Gain`");
                return Err(self.unusable(reason));
            }
            if target_type(path) != target {
                let other = target_type(path);
                let reason = format!(
                    "it has parameters of both {target} and {other}; make one rule for each"
                );
                return Err(self.unusable(reason));
            }
        }
        Ok(())
    }

    fn unusable(&self, reason: String) -> EngineError {
        EngineError::Rule { selector: self.selector.to_string(), reason }
    }
}
