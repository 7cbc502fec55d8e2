//! An ordered list of rules, how it is applied, and its JSON.

use std::fmt;
use std::io::Write as _;
use std::path::Path;

use serde::{Deserialize, Serialize, de};

use crate::error::{EngineError, Result, nearest};
use crate::params::{ApplyReport, ParamRule, Setting, SheetProblem, Styled};

/// What to do with rules that match nothing and parameters that cannot be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Strictness {
    /// They are an error, found before anything is changed.
    #[default]
    Strict,
    /// They are listed in the [`ApplyReport`], and everything else is applied.
    Lenient,
}

/// An ordered list of rules; see the [module](crate::params).
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ParamSheet {
    rules: Vec<ParamRule>,
}

impl ParamSheet {
    /// A sheet without rules.
    pub fn new() -> Self {
        Self::default()
    }

    /// The sheet with one more rule: a selector (`"Layer"`, `".Back"`, `"#Output"`) and pairs of
    /// path and value.
    ///
    /// # Errors
    /// [`EngineError::Selector`], or [`EngineError::Rule`] as for [`ParamRule::new`].
    pub fn select(mut self, selector: &str, params: &[(&str, &str)]) -> Result<Self> {
        self.rules.push(ParamRule::new(selector.parse()?, params.iter().copied())?);
        Ok(self)
    }

    /// Appends a rule.
    pub fn push(&mut self, rule: ParamRule) {
        self.rules.push(rule);
    }

    /// Appends the rules of another sheet, which then override this one's.
    pub fn extend(&mut self, other: &Self) {
        self.rules.extend_from_slice(&other.rules);
    }

    /// The rules in order.
    pub fn rules(&self) -> &[ParamRule] {
        &self.rules
    }

    /// Applies the rules, in order, to the objects.
    ///
    /// A parameter is set on an object when the rule's selector matches it and its type is the one
    /// that the path begins with.
    ///
    /// # Errors
    /// [`EngineError::Sheet`] when strict and a rule matches nothing or a parameter cannot be set;
    /// it lists all such problems, and nothing has been changed.
    pub fn apply<'a>(
        &self,
        objects: impl IntoIterator<Item = &'a mut (dyn Styled + 'a)>,
        strictness: Strictness,
    ) -> Result<ApplyReport> {
        let mut objects: Vec<&mut dyn Styled> = objects.into_iter().map(|o| o as _).collect();
        let (plan, mut problems) = self.plan(&objects);
        if strictness == Strictness::Strict && !problems.is_empty() {
            return Err(EngineError::Sheet { problems });
        }
        let mut settings = Vec::with_capacity(plan.len());
        for (index, setting) in plan {
            let object = &mut objects[index];
            match object.set_parameter(&setting.path, &setting.value) {
                Ok(()) => settings.push(setting),
                Err(problem) if strictness == Strictness::Lenient => {
                    let Setting { rule, object, .. } = setting;
                    let selector = self.rules[rule].selector.clone();
                    problems.push(SheetProblem::Setting { rule, selector, object, problem });
                }
                Err(problem) => {
                    return Err(EngineError::Parameter { object: setting.object, problem });
                }
            }
        }
        Ok(ApplyReport { settings, problems })
    }

    /// What applying would do, found without changing anything: the report of a lenient
    /// application.
    pub fn check<'a>(
        &self,
        objects: impl IntoIterator<Item = &'a mut (dyn Styled + 'a)>,
    ) -> ApplyReport {
        let objects: Vec<&mut dyn Styled> = objects.into_iter().map(|o| o as _).collect();
        let (plan, problems) = self.plan(&objects);
        ApplyReport { settings: plan.into_iter().map(|(_, setting)| setting).collect(), problems }
    }

    /// The settings with the index of their object, and the problems.
    fn plan(&self, objects: &[&mut dyn Styled]) -> (Vec<(usize, Setting)>, Vec<SheetProblem>) {
        let (mut plan, mut problems) = (Vec::new(), Vec::new());
        for (number, rule) in self.rules.iter().enumerate() {
            if rule.params.is_empty() {
                continue;
            }
            let (target, mut matched) = (rule.target(), false);
            for (index, object) in objects.iter().enumerate() {
                if object.type_name() != target || !rule.selector.matches(&**object) {
                    continue;
                }
                matched = true;
                for (path, value) in &rule.params {
                    let name = object.name().to_owned();
                    match object.check_parameter(path, value) {
                        Ok(()) => plan.push((
                            index,
                            Setting {
                                rule: number,
                                object: name,
                                path: path.clone(),
                                value: value.clone(),
                            },
                        )),
                        Err(problem) => problems.push(SheetProblem::Setting {
                            rule: number,
                            selector: rule.selector.clone(),
                            object: name,
                            problem,
                        }),
                    }
                }
            }
            if !matched {
                problems.push(unmatched(number, rule, objects));
            }
        }
        (plan, problems)
    }

    /// Parses a sheet: a JSON list of objects with the keys `Sel` (selector), `Desc` (description,
    /// may be absent) and `Params` (path to value; the values are texts, numbers or flags).
    ///
    /// Later versions of the reference write further keys: `Hypers`, which is kept for writing,
    /// though nothing uses it, and `NMatch` and `SetName`, which are read over. Any other key is an
    /// error.
    ///
    /// # Errors
    /// [`EngineError::ParameterText`] with line and column.
    pub fn from_json(text: &str) -> Result<Self> {
        parse(text, "the text")
    }

    /// The sheet as JSON, indented by two spaces, which [`ParamSheet::from_json`] and the reference
    /// read.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("texts in lists and maps are always JSON")
    }

    /// Reads a sheet from a file in JSON.
    ///
    /// # Errors
    /// [`EngineError::Read`], or as for [`ParamSheet::from_json`].
    pub fn read(path: impl AsRef<Path>) -> Result<Self> {
        Self::read_at(path.as_ref())
    }

    fn read_at(path: &Path) -> Result<Self> {
        read(path)
    }

    /// Writes the sheet to a file in JSON, whole or not at all.
    ///
    /// # Errors
    /// [`EngineError::Write`].
    pub fn write(&self, path: impl AsRef<Path>) -> Result<()> {
        write(path.as_ref(), &self.to_json())
    }
}

/// For each rule a line with its selector, then an indented line for each value.
impl fmt::Display for ParamSheet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for rule in &self.rules {
            writeln!(f, "{}", rule.selector)?;
            for (path, value) in &rule.params {
                writeln!(f, "  {path} = {value}")?;
            }
        }
        Ok(())
    }
}

fn unmatched(number: usize, rule: &ParamRule, objects: &[&mut dyn Styled]) -> SheetProblem {
    let target = rule.target();
    let of_type = objects.iter().filter(|object| object.type_name() == target);
    let choices = of_type.flat_map(|object| rule.selector.choices(&**object));
    let nearest = nearest(rule.selector.bare(), choices);
    SheetProblem::Unmatched {
        rule: number,
        selector: rule.selector.clone(),
        target: target.to_owned(),
        nearest: nearest.map(|name| rule.selector.with_bare(name).to_string()),
    }
}

pub(super) fn parse<T: de::DeserializeOwned>(text: &str, origin: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| EngineError::ParameterText {
        origin: origin.to_owned(),
        reason: error.to_string(),
    })
}

pub(super) fn read<T: de::DeserializeOwned>(path: &Path) -> Result<T> {
    let text = std::fs::read_to_string(path)
        .map_err(|source| EngineError::Read { path: path.to_owned(), source })?;
    parse(&text, &path.display().to_string())
}

pub(super) fn write(path: &Path, text: &str) -> Result<()> {
    etable::files::write_atomically(path, |file| writeln!(file, "{text}"))
        .map_err(|source| EngineError::Write { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ParameterProblem;

    /// A layer or projection with one parameter, `Gi`, a positive number.
    struct Part(&'static str, &'static str, &'static str, f32);

    impl Styled for Part {
        fn type_name(&self) -> &str {
            self.0
        }
        fn name(&self) -> &str {
            self.1
        }
        fn classes(&self) -> &str {
            self.2
        }
        fn check_parameter(&self, path: &str, text: &str) -> Result<(), ParameterProblem> {
            let (path, text) = (path.to_owned(), text.to_owned());
            if path.split_once('.').map(|(_, name)| name) != Some("Gi") {
                return Err(ParameterProblem::UnknownPath { path, nearest: None });
            }
            match text.parse::<f32>() {
                Err(_) => {
                    Err(ParameterProblem::BadValue { path, text, expected: "a number".into() })
                }
                Ok(value) if value <= 0.0 => Err(ParameterProblem::OutOfRange {
                    path,
                    value: text,
                    range: "(0, inf)".into(),
                }),
                Ok(_) => Ok(()),
            }
        }
        fn set_parameter(&mut self, path: &str, text: &str) -> Result<(), ParameterProblem> {
            self.check_parameter(path, text)?;
            self.3 = text.parse().unwrap();
            Ok(())
        }
    }

    type Result<T, E> = std::result::Result<T, E>;

    fn parts() -> [Part; 4] {
        [
            Part("Layer", "Input", "Input", 0.0),
            Part("Layer", "Hidden", "Hidden Deep", 0.0),
            Part("Prjn", "InputToHidden", "Forward", 0.0),
            Part("Prjn", "HiddenToInput", "Back Deep", 0.0),
        ]
    }

    fn apply(
        sheet: &ParamSheet,
        parts: &mut [Part],
        strictness: Strictness,
    ) -> Result<ApplyReport, EngineError> {
        sheet.apply(parts.iter_mut().map(|part| part as &mut dyn Styled), strictness)
    }

    #[test]
    fn later_rules_override_and_types_must_agree() {
        let sheet = ParamSheet::new()
            .select("#Hidden", &[("Layer.Gi", "9")])
            .and_then(|sheet| sheet.select("Layer", &[("Layer.Gi", "1")]))
            .and_then(|sheet| sheet.select(".Deep", &[("Prjn.Gi", "3")]))
            .unwrap();
        let mut parts = parts();
        let report = apply(&sheet, &mut parts, Strictness::Strict).unwrap();
        // No precedence of the name; `.Deep` of a projection's parameter leaves the deep layer alone.
        assert_eq!(parts.map(|part| part.3), [1.0, 1.0, 0.0, 3.0]);
        assert_eq!(report.settings().len(), 4);
        assert_eq!(report.value("Hidden", "Layer.Gi"), Some("1"));
        assert!(report.to_string().contains("HiddenToInput: Prjn.Gi = 3\n"));
    }

    #[test]
    fn strict_lists_all_problems_and_changes_nothing() {
        let sheet = ParamSheet::new()
            .select("Layer", &[("Layer.Gi", "1")])
            .and_then(|sheet| sheet.select("#Hiden", &[("Layer.Gi", "2")]))
            .and_then(|sheet| sheet.select(".Back", &[("Prjn.Gi", "-2")]))
            .and_then(|sheet| sheet.select("Prjn", &[("Layer.Gi", "2")]))
            .unwrap();
        let mut changed = parts();
        let error = apply(&sheet, &mut changed, Strictness::Strict).unwrap_err();
        assert!(changed.iter().all(|part| part.3 == 0.0));
        let text = error.to_string();
        assert!(
            text.contains(
                "rule 1 `#Hiden` matches no object of type Layer; did you mean `#Hidden`?"
            )
        );
        assert!(text.contains("rule 2 `.Back`, HiddenToInput: -2 is out of range"), "{text}");
        assert!(text.contains("rule 3 `Prjn` matches no object of type Layer"), "{text}");
        assert!(matches!(error, EngineError::Sheet { problems } if problems.len() == 3));

        let report = apply(&sheet, &mut changed, Strictness::Lenient).unwrap();
        assert_eq!(changed.map(|part| part.3), [1.0, 1.0, 0.0, 0.0]);
        assert_eq!((report.settings().len(), report.problems().len()), (2, 3));
        let unmatched: Vec<String> = report.unmatched().iter().map(|s| s.to_string()).collect();
        assert_eq!(unmatched, ["#Hiden", "Prjn"]);
    }

    #[test]
    fn rules_that_cannot_be_used_are_refused() {
        for params in [
            &[("Layer.A", "1"), ("Prjn.B", "1")][..],
            &[("Layer.A", "1"), ("Layer.A", "2")],
            &[("Layer", "1")],
            &[("Layer..A", "1")],
        ] {
            let error = ParamSheet::new().select("Layer", params).unwrap_err();
            assert!(matches!(&error, EngineError::Rule { selector, .. } if selector == "Layer"));
        }
    }

    #[test]
    fn json_slips_are_errors_with_their_place() {
        for (text, part) in [
            (r#"[{"Sel": "Layer", "Parms": {}}]"#, "Parms"),
            (r#"[{"Sel": "Layer"}]"#, "Params"),
            (r#"[{"Sel": "", "Params": {}}]"#, "empty"),
            (r#"[{"Sel": "Layer", "Params": {"Layer.A": "1", "Layer.A": "2"}}]"#, "twice"),
            (r#"[{"Sel": "Layer", "Params": {"Layer.A": []}}]"#, "Layer.A"),
            (r#"[{"Sel": "Layer", "Params": {"Layer.A": "1", "Prjn.A": "1"}}]"#, "both"),
            (r#"[{"Sel": "Layer", "Params": {}}"#, "line 1"),
            ("", "line 1"),
        ] {
            let error = ParamSheet::from_json(text).unwrap_err();
            assert!(error.to_string().contains(part), "{text}: {error}");
        }
    }

    #[test]
    fn numbers_flags_and_keys_of_later_versions_are_taken() {
        let text = r##"[{"Sel": "#A", "Params": {"Layer.A": 1.5, "Layer.B": true, "Layer.C": "x"},
            "Hypers": {"Layer.A": {"Val": "1.5"}}, "NMatch": 3, "SetName": ""}, {"Sel": "Layer", "Params": null}]"##;
        let sheet = ParamSheet::from_json(text).unwrap();
        let values: Vec<&String> = sheet.rules()[0].params().values().collect();
        assert_eq!(values, ["1.5", "true", "x"]);
        let written = sheet.to_json();
        assert_eq!(ParamSheet::from_json(&written).unwrap(), sheet);
        let written: serde_json::Value = serde_json::from_str(&written).unwrap();
        assert_eq!(written[0]["Hypers"]["Layer.A"]["Val"], "1.5");
        assert!(written[1].get("Hypers").is_none());
    }
}
