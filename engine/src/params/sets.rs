//! Named sets of named sheets, as the reference keeps them in one file.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::{EngineError, Result};
use crate::params::{ParamDiff, ParamSheet, diff, sheet};

/// A set: sheets by what they are for (`Network`, `Sim`).
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ParamSet {
    /// The name, such as `Base`.
    #[serde(rename = "Name")]
    pub name: String,
    /// What the author says about it.
    #[serde(rename = "Desc", default)]
    pub description: String,
    /// The sheets by what they are for.
    #[serde(rename = "Sheets")]
    pub sheets: BTreeMap<String, ParamSheet>,
}

impl ParamSet {
    /// Where the set and another one differ; see [`ParamSets::diff`].
    pub fn diff(&self, other: &Self) -> ParamDiff {
        let placed = |set: &Self| {
            let sheets = set.sheets.iter();
            sheets.flat_map(|(name, sheet)| sheet.placed(&format!("{name}/"))).collect()
        };
        let differences = diff::differences(placed(self), placed(other));
        ParamDiff { first: self.name.clone(), second: other.name.clone(), differences }
    }
}

/// Sets in order: `Base`, which is always applied, and variations of it.
///
/// ```
/// use engine::params::ParamSets;
///
/// let sets = ParamSets::from_json(
///     r##"[
///     {"Name": "Base", "Desc": "best", "Sheets": {"Network": [
///         {"Sel": "Layer", "Desc": "all", "Params": {"Layer.Inhib.Layer.Gi": "1.8"}}]}},
///     {"Name": "Weak", "Desc": "less", "Sheets": {"Network": [
///         {"Sel": "#Output", "Desc": "less", "Params": {"Layer.Inhib.Layer.Gi": "1.4"}}]}}
/// ]"##,
/// )?;
/// assert_eq!(sets.sheet("Network", None)?.rules().len(), 1);
/// // A variation comes after the base, so it overrides.
/// let sheet = sets.sheet("Network", Some("Weak"))?;
/// assert_eq!(sheet.rules()[1].selector().to_string(), "#Output");
/// # Ok::<(), engine::error::EngineError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ParamSets {
    sets: Vec<ParamSet>,
}

/// The name of the set that is applied first.
const BASE: &str = "Base";

impl ParamSets {
    /// No sets.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a set, or replaces the one of the same name.
    pub fn insert(&mut self, set: ParamSet) {
        match self.sets.iter_mut().find(|other| other.name == set.name) {
            Some(place) => *place = set,
            None => self.sets.push(set),
        }
    }

    /// The sets in order.
    pub fn sets(&self) -> &[ParamSet] {
        &self.sets
    }

    /// The set of this name.
    ///
    /// # Errors
    /// [`EngineError::UnknownSheet`] with the names there are.
    pub fn set(&self, name: &str) -> Result<&ParamSet> {
        let found = self.sets.iter().find(|set| set.name == name);
        found.ok_or_else(|| EngineError::UnknownSheet {
            kind: "set of parameters",
            name: name.to_owned(),
            available: self.sets.iter().map(|set| set.name.clone()).collect(),
        })
    }

    /// The rules for one purpose: those of the set `Base`, then those of the variation, if one is
    /// named. A set may lack the sheet as long as the other one has it.
    ///
    /// # Errors
    /// [`EngineError::UnknownSheet`] when a set or, in both, the sheet is not there.
    pub fn sheet(&self, sheet: &str, variation: Option<&str>) -> Result<ParamSheet> {
        let mut sets = vec![self.set(BASE)?];
        if let Some(name) = variation.filter(|name| *name != BASE) {
            sets.push(self.set(name)?);
        }
        let mut found = false;
        let mut rules = ParamSheet::new();
        for sheet in sets.iter().filter_map(|set| set.sheets.get(sheet)) {
            found = true;
            rules.extend(sheet);
        }
        if !found {
            return Err(EngineError::UnknownSheet {
                kind: "sheet of parameters",
                name: sheet.to_owned(),
                available: sets.iter().flat_map(|set| set.sheets.keys().cloned()).collect(),
            });
        }
        Ok(rules)
    }

    /// Where two sets differ, over all their sheets, as [`ParamSheet::diff`]; places are
    /// `sheet/selector`.
    ///
    /// ```
    /// use engine::params::ParamSets;
    /// let sets = ParamSets::from_json(
    ///     r##"[
    ///     {"Name": "Base", "Sheets": {"Network": [
    ///         {"Sel": "Layer", "Params": {"Layer.Inhib.Layer.Gi": "1.8"}}]}},
    ///     {"Name": "Weak", "Sheets": {"Network": [
    ///         {"Sel": "Layer", "Params": {"Layer.Inhib.Layer.Gi": "1.4"}}]}}
    /// ]"##,
    /// )?;
    /// assert_eq!(
    ///     sets.diff("Base", "Weak")?.to_string(),
    ///     "Base | Weak\nLayer.Inhib.Layer.Gi: Network/Layer = 1.8 | Network/Layer = 1.4\n"
    /// );
    /// assert_eq!(sets.diff_first(), sets.diff_all());
    /// # Ok::<(), engine::EngineError>(())
    /// ```
    ///
    /// # Errors
    /// [`EngineError::UnknownSheet`] with the names there are.
    pub fn diff(&self, first: &str, second: &str) -> Result<ParamDiff> {
        Ok(self.set(first)?.diff(self.set(second)?))
    }

    /// Where the first set and each of the others differ.
    pub fn diff_first(&self) -> Vec<ParamDiff> {
        let Some((first, others)) = self.sets.split_first() else { return Vec::new() };
        others.iter().map(|other| first.diff(other)).collect()
    }

    /// Where any two sets differ, in their order.
    pub fn diff_all(&self) -> Vec<ParamDiff> {
        let pairs = self.sets.iter().enumerate();
        pairs
            .flat_map(|(index, first)| {
                self.sets[index + 1..].iter().map(move |second| first.diff(second))
            })
            .collect()
    }

    /// Parses sets: a JSON list of objects with `Name`, `Desc` and `Sheets`.
    ///
    /// # Errors
    /// [`EngineError::ParameterText`] with line and column, or when two sets have one name.
    pub fn from_json(text: &str) -> Result<Self> {
        let sets: Self = sheet::parse(text, "the text")?;
        sets.checked("the text")
    }

    /// The sets as JSON, indented by two spaces.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("texts in lists and maps are always JSON")
    }

    /// Reads sets from a file in JSON.
    ///
    /// # Errors
    /// [`EngineError::Read`], or as for [`ParamSets::from_json`].
    pub fn read(path: impl AsRef<Path>) -> Result<Self> {
        Self::read_at(path.as_ref())
    }

    fn read_at(path: &Path) -> Result<Self> {
        let sets: Self = sheet::read(path)?;
        sets.checked(&path.display().to_string())
    }

    /// Writes the sets to a file in JSON, whole or not at all.
    ///
    /// # Errors
    /// [`EngineError::Write`].
    pub fn write(&self, path: impl AsRef<Path>) -> Result<()> {
        sheet::write(path.as_ref(), &self.to_json())
    }

    fn checked(self, origin: &str) -> Result<Self> {
        for (index, set) in self.sets.iter().enumerate() {
            if self.sets[..index].iter().any(|other| other.name == set.name) {
                return Err(EngineError::ParameterText {
                    origin: origin.to_owned(),
                    reason: format!("two sets have the name `{}`", set.name),
                });
            }
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_sets_and_sheets_are_named() {
        let mut sets = ParamSets::new();
        assert!(sets.sheet("Network", None).unwrap_err().to_string().contains("`Base`"));
        let sheets = BTreeMap::from([("Network".to_owned(), ParamSheet::new())]);
        sets.insert(ParamSet { name: BASE.into(), description: String::new(), sheets });
        assert!(sets.sheet("Network", None).is_ok());
        let error = sets.sheet("Sim", None).unwrap_err();
        assert!(error.to_string().ends_with("there are: Network"), "{error}");
        assert!(sets.sheet("Network", Some("Other")).is_err());
    }

    #[test]
    fn two_sets_of_one_name_are_refused() {
        let text = r#"[{"Name": "Base", "Sheets": {}}, {"Name": "Base", "Sheets": {}}]"#;
        assert!(ParamSets::from_json(text).unwrap_err().to_string().contains("`Base`"));
    }
}
