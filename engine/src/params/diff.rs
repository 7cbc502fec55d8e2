//! Where parameters differ: between sheets, sets or networks, and within a sheet.

use std::fmt;

use etable::Table;

use crate::error::Result;
use crate::params::{ParamSheet, Selector};

/// A value with where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct PlacedValue {
    /// The selector of the rule, or the layer or projection that has the value.
    pub place: String,
    /// The value as text.
    pub value: String,
}

/// A parameter with two values, or with one on one side only.
#[derive(Debug, Clone, PartialEq)]
pub struct ParamDifference {
    /// The full path, such as `Layer.Inhib.Layer.Gi`.
    pub path: String,
    /// On the first side, if it is set there.
    pub first: Option<PlacedValue>,
    /// On the second side, if it is set there.
    pub second: Option<PlacedValue>,
}

/// Where the parameters of two sides differ; as text a line for each difference.
///
/// It comes from [`ParamSheet::diff`] and [`ParamSheet::diff_within`], from
/// [`ParamSets::diff`](crate::params::ParamSets::diff) and its companions, and from
/// [`Network::diff_parameters`](crate::Network::diff_parameters).
///
/// ```
/// use engine::params::ParamSheet;
/// let base = ParamSheet::new()
///     .select("Layer", &[("Layer.Inhib.Layer.Gi", "1.8"), ("Layer.Act.Gbar.L", "0.2")])?;
/// let weak = ParamSheet::new()
///     .select("Layer", &[("Layer.Inhib.Layer.Gi", "1.4"), ("Layer.Act.Gbar.L", "0.2")])?
///     .select("#Output", &[("Layer.Inhib.Layer.Gi", "1.2")])?;
/// let diff = base.diff(&weak);
/// assert_eq!(
///     diff.to_string(),
///     "Layer.Inhib.Layer.Gi: Layer = 1.8 | Layer = 1.4\n\
///      Layer.Inhib.Layer.Gi: not set | #Output = 1.2\n"
/// );
/// assert_eq!(diff.to_table()?.labels("SecondValue")?, ["1.4", "1.2"]);
/// // Within a sheet: rules that give one parameter several values.
/// assert_eq!(
///     weak.diff_within().to_string(),
///     "Layer.Inhib.Layer.Gi: Layer = 1.4 | #Output = 1.2\n"
/// );
/// # Ok::<(), engine::EngineError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ParamDiff {
    pub(crate) first: String,
    pub(crate) second: String,
    pub(crate) differences: Vec<ParamDifference>,
}

impl ParamDiff {
    /// The name of the first side; empty for a sheet, which has none.
    pub fn first(&self) -> &str {
        &self.first
    }

    /// The name of the second side; empty for a sheet, which has none.
    pub fn second(&self) -> &str {
        &self.second
    }

    /// The differences, in the order of the first side, then those that only the second has.
    pub fn differences(&self) -> &[ParamDifference] {
        &self.differences
    }

    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.differences.is_empty()
    }

    /// A table with a row for each difference: Path, First, FirstValue, Second, SecondValue, where
    /// First and Second are the places; texts are empty where a side does not set the parameter.
    ///
    /// # Errors
    /// The rows cannot be made a table.
    pub fn to_table(&self) -> Result<Table> {
        let texts = |text: &dyn Fn(&ParamDifference) -> Option<&String>| {
            let texts = self.differences.iter().map(|of| text(of).cloned().unwrap_or_default());
            texts.collect::<Vec<_>>()
        };
        Ok(Table::new()
            .with_column("Path", texts(&|of| Some(&of.path)))?
            .with_column("First", texts(&|of| of.first.as_ref().map(|side| &side.place)))?
            .with_column("FirstValue", texts(&|of| of.first.as_ref().map(|side| &side.value)))?
            .with_column("Second", texts(&|of| of.second.as_ref().map(|side| &side.place)))?
            .with_column("SecondValue", texts(&|of| of.second.as_ref().map(|side| &side.value)))?)
    }
}

impl fmt::Display for ParamDiff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.first.is_empty() && !self.is_empty() {
            writeln!(f, "{} | {}", self.first, self.second)?;
        }
        let text = |side: &Option<PlacedValue>| match side {
            Some(PlacedValue { place, value }) => format!("{place} = {value}"),
            None => "not set".to_owned(),
        };
        for ParamDifference { path, first, second } in &self.differences {
            writeln!(f, "{path}: {} | {}", text(first), text(second))?;
        }
        Ok(())
    }
}

/// A parameter of one side: path, place and value.
pub(crate) type Placed = (String, PlacedValue);

/// The differences of two sides that have each pair of path and place at most once.
pub(crate) fn differences(first: Vec<Placed>, mut second: Vec<Placed>) -> Vec<ParamDifference> {
    let mut found = Vec::new();
    for (path, here) in first {
        let same = |(other, there): &Placed| (other, &there.place) == (&path, &here.place);
        let there = second.iter().position(same).map(|index| second.remove(index).1);
        if there.as_ref() != Some(&here) {
            found.push(ParamDifference { path, first: Some(here), second: there });
        }
    }
    let rest = second.into_iter();
    found.extend(rest.map(|(path, there)| ParamDifference {
        path,
        first: None,
        second: Some(there),
    }));
    found
}

impl ParamSheet {
    /// What the sheet sets in the end, by path and selector: of rules with one selector the last.
    pub(super) fn placed(&self, prefix: &str) -> Vec<Placed> {
        let mut all: Vec<Placed> = Vec::new();
        for (selector, path, value) in self.values() {
            let place = format!("{prefix}{selector}");
            let here = PlacedValue { place, value: value.clone() };
            match all.iter_mut().find(|(other, at)| other == path && at.place == here.place) {
                Some((_, earlier)) => *earlier = here,
                None => all.push((path.clone(), here)),
            }
        }
        all
    }

    fn values(&self) -> impl Iterator<Item = (&Selector, &String, &String)> {
        self.rules().iter().flat_map(|rule| {
            rule.params().iter().map(move |(path, value)| (rule.selector(), path, value))
        })
    }

    /// Where two sheets set a parameter, under the same selector, to different texts, or only one
    /// of them does; of several rules with one selector the last counts.
    pub fn diff(&self, other: &Self) -> ParamDiff {
        let differences = differences(self.placed(""), other.placed(""));
        ParamDiff { differences, ..ParamDiff::default() }
    }

    /// Where two rules of the sheet set one parameter to different texts, in the order of the rules:
    /// for objects that both select, the later one holds.
    pub fn diff_within(&self) -> ParamDiff {
        let all: Vec<_> = self.values().collect();
        let side = |(selector, _, value): (&Selector, &String, &String)| {
            Some(PlacedValue { place: selector.to_string(), value: value.clone() })
        };
        let mut differences = Vec::new();
        for (index, one) in all.iter().enumerate() {
            let differs = |two: &&(&Selector, &String, &String)| two.1 == one.1 && two.2 != one.2;
            differences.extend(all[index + 1..].iter().filter(differs).map(|two| {
                ParamDifference { path: one.1.clone(), first: side(*one), second: side(*two) }
            }));
        }
        ParamDiff { differences, ..ParamDiff::default() }
    }
}
