//! The rows of a table as trials.

mod column;
mod frequencies;
mod trials;

use std::sync::Arc;

use etable::View;
use ndarray::{ArrayViewD, Axis};

use column::Column;
use frequencies::Frequencies;
pub use frequencies::Sampling;

use crate::environment::{Counter, Counters, Environment};
use crate::error::{EngineError, Result, nearest};
use crate::random;

/// An environment whose trials are the rows of a table (emergent: `env.FixedTable`).
///
/// Each epoch shows every row once: in the view's order if [`sequential`](Self::sequential), else
/// in an order of its own. Epoch e of run r has the order that
/// [`random::permutation`] gives from the stream (seed, `"order/"` and the environment's name,
/// r · 2³² + e), so it does not depend on what was shown before.
///
/// Columns of `f32` are shown without a copy, from the table's own memory; `f64`, `i64` and `bool`
/// columns are converted once, when the environment is made.
#[derive(Debug, Clone)]
pub struct FixedTable {
    name: String,
    view: View,
    columns: Vec<Column>,
    trial_names: Arc<[String]>,
    group_names: Arc<[String]>,
    frequencies: Option<Frequencies>,
    is_sequential: bool,
    seed: u64,
    order: Vec<usize>,
    counters: Counters,
}

/// More trials than these an epoch by frequencies cannot have.
const MOST_TRIALS: usize = 1 << 24;

/// The columns whose values name the trials and their groups.
const NAME_COLUMN: &str = "Name";
const GROUP_COLUMN: &str = "Group";

impl FixedTable {
    /// An environment over a view (or a table) that shows these columns of numbers. Trials are
    /// permuted, with seed 0, and named by the column `Name`, if there is one, their groups by the
    /// column `Group`.
    ///
    /// # Errors
    /// [`EngineError::EmptyEnvironment`] if the view has no rows or no column is named,
    /// [`EngineError::Table`] if a column is not there, is text or has missing values, and
    /// [`EngineError::EnvironmentValue`] if a value is not finite as `f32`.
    pub fn new(name: impl Into<String>, view: impl Into<View>, columns: &[&str]) -> Result<Self> {
        Self::new_view(name.into(), view.into(), columns)
    }

    fn new_view(name: String, view: View, columns: &[&str]) -> Result<Self> {
        if view.n_rows() == 0 || columns.is_empty() {
            let missing = if columns.is_empty() { "columns" } else { "rows" };
            return Err(EngineError::EmptyEnvironment { environment: name, missing });
        }
        let columns = columns
            .iter()
            .map(|column| Column::new(&name, &view, column))
            .collect::<Result<Vec<_>>>()?;
        let names = |column: &str| -> Result<Arc<[String]>> {
            match view.table().has_column(column) {
                true => Ok(view.labels(column)?.into()),
                false => Ok(Arc::default()),
            }
        };
        let (trial_names, group_names) = (names(NAME_COLUMN)?, names(GROUP_COLUMN)?);
        let counters =
            Counters { trial: Counter::with_max(view.n_rows() as i64), ..Counters::default() };
        let mut table = Self {
            name,
            view,
            columns,
            trial_names,
            group_names,
            frequencies: None,
            is_sequential: false,
            seed: 0,
            order: Vec::new(),
            counters,
        };
        table.init(0);
        Ok(table)
    }

    /// The same, showing the rows in the view's order in every epoch. Begins run 0.
    pub fn sequential(mut self) -> Self {
        self.is_sequential = true;
        self.init(0);
        self
    }

    /// The same, with orders from another seed. Begins run 0.
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self.init(0);
        self
    }

    /// The same, with trials named by another column, shown as text. Begins run 0.
    ///
    /// # Errors
    /// [`EngineError::Table`] if the column is not there or is a tensor column.
    pub fn with_trial_names(mut self, column: &str) -> Result<Self> {
        self.trial_names = self.view.labels(column)?.into();
        self.init(0);
        Ok(self)
    }

    /// The same, showing rows as often as the numbers of a column say (emergent: `env.FreqTable`):
    /// about `samples` times the frequency in each epoch. Begins run 0.
    ///
    /// In sequential order all repetitions of a row follow one another.
    ///
    /// ```
    /// use engine::environment::{Environment, FixedTable, Sampling};
    /// use etable::Table;
    /// let table = Table::new()
    ///     .with_column("Name", ["often", "rarely", "never"])?
    ///     .with_column("Input", [1.0, 2.0, 3.0])?
    ///     .with_column("Freq", [0.75, 0.25, 0.0])?;
    /// let train = FixedTable::new("train", &table, &["Input"])?
    ///     .with_frequencies("Freq", 20, Sampling::Proportional)?;
    /// assert_eq!(train.n_trials(), 20);
    /// assert_eq!(train.order().iter().filter(|row| **row == 0).count(), 15);
    /// # Ok::<(), engine::EngineError>(())
    /// ```
    ///
    /// # Errors
    /// The column is not there or has no numbers, a frequency is negative or not finite (with
    /// random sampling: or above 1), no row would ever be shown, or an epoch would have more than
    /// 2²⁴ trials.
    pub fn with_frequencies(
        mut self,
        column: &str,
        samples: usize,
        sampling: Sampling,
    ) -> Result<Self> {
        let matrix = self.view.matrix(column)?;
        let values: Vec<f64> = matrix.column(0).to_vec();
        let most = if sampling == Sampling::Random { 1.0 } else { f64::MAX };
        if let Some(row) = values.iter().position(|value| !(0.0..=most).contains(value)) {
            return Err(EngineError::EnvironmentValue {
                environment: self.name,
                column: column.to_owned(),
                row,
                value: values[row],
            });
        }
        let trials: f64 = values.iter().map(|value| samples as f64 * value).sum();
        if trials > MOST_TRIALS as f64 || samples > MOST_TRIALS {
            return Err(EngineError::Setting {
                setting: format!("the trials of an epoch by the frequencies of `{column}`"),
                value: format!("{trials} (with {samples} samples)"),
                range: format!("at most {MOST_TRIALS}"),
            });
        }
        let shown = |value: &f64| match sampling {
            Sampling::Proportional => (samples as f64 * value).round() >= 1.0,
            Sampling::Random => samples > 0 && *value > 0.0,
        };
        if !values.iter().any(shown) {
            let missing = "rows of a frequency that is ever shown";
            return Err(EngineError::EmptyEnvironment { environment: self.name, missing });
        }
        self.frequencies = Some(Frequencies { values: values.into(), samples, sampling });
        self.init(0);
        Ok(self)
    }

    /// The view whose rows are shown.
    pub fn view(&self) -> &View {
        &self.view
    }

    /// Whether trials come in the view's order.
    pub fn is_sequential(&self) -> bool {
        self.is_sequential
    }

    /// The names of the columns that are shown.
    pub fn elements(&self) -> Vec<&str> {
        self.columns.iter().map(|column| column.name.as_str()).collect()
    }

    /// The sizes of an element's pattern; empty for a scalar column.
    ///
    /// # Errors
    /// [`EngineError::UnknownElement`].
    pub fn sizes(&self, element: &str) -> Result<&[usize]> {
        Ok(&self.column(element)?.sizes)
    }

    /// The order of the current epoch: positions in the view.
    pub fn order(&self) -> &[usize] {
        &self.order
    }

    /// The current trial's row, its position in the view; `None` before the first step.
    pub fn current_row(&self) -> Option<usize> {
        let trial = usize::try_from(self.counters.trial.current).ok()?;
        self.order.get(trial).copied()
    }

    /// The name of the current trial's group; empty without a column `Group` or before the first
    /// step.
    pub fn group_name(&self) -> &str {
        let name = self.current_row().and_then(|row| self.group_names.get(row));
        name.map(String::as_str).unwrap_or_default()
    }

    /// The current trial's pattern of an element as flat values, row-major.
    ///
    /// # Errors
    /// As for [`Environment::state`].
    pub fn pattern(&self, element: &str) -> Result<&[f32]> {
        let pattern = self.state(element)?;
        Ok(pattern.to_slice().expect("rows of a row-major array are contiguous"))
    }

    /// The rows of the current epoch, in the order in which they are shown.
    fn order_of_epoch(&self) -> Vec<usize> {
        let Counters { run, epoch, .. } = self.counters;
        let index = ((run.current as u64) << 32).wrapping_add(epoch.current as u64);
        let mut order = match &self.frequencies {
            None => (0..self.view.n_rows()).collect(),
            Some(frequencies) => {
                let label = format!("frequencies/{}", self.name);
                frequencies.sample(&mut random::stream(self.seed, &label, index))
            }
        };
        if !self.is_sequential {
            let mut rng = random::stream(self.seed, &format!("order/{}", self.name), index);
            random::shuffle(&mut rng, &mut order);
        }
        order
    }

    /// Begins an epoch.
    fn begin_epoch(&mut self) {
        self.order = self.order_of_epoch();
        self.counters.trial.max = Some(self.order.len() as i64);
    }

    /// The pattern of a row of the view.
    fn row_pattern<'a>(&'a self, column: &'a Column, row: usize) -> Result<ArrayViewD<'a, f32>> {
        match &column.converted {
            Some(values) => Ok(values.index_axis(Axis(0), row)),
            None => Ok(self.view.table().tensor_cell(&column.name, self.view.rows()[row])?),
        }
    }

    fn column(&self, element: &str) -> Result<&Column> {
        let found = self.columns.iter().find(|column| column.name == element);
        found.ok_or_else(|| EngineError::UnknownElement {
            environment: self.name.clone(),
            element: element.to_owned(),
            nearest: nearest(element, self.elements()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use etable::Table;
    use ndarray::arr2;

    fn table() -> Table {
        Table::new()
            .with_column("Name", ["a", "b", "c", "d"])
            .and_then(|t| {
                t.with_tensor("In", arr2(&[[0.0_f32, 1.], [2., 3.], [4., 5.], [6., 7.]]), &["X"])
            })
            .and_then(|t| t.with_tensor("Wide", arr2(&[[0_i64, 1], [2, 3], [4, 5], [6, 7]]), &[]))
            .and_then(|t| t.with_column("Score", [0.5, 1.5, 2.5, f64::NAN]))
            .and_then(|t| t.with_column("Group", ["early", "early", "late", "late"]))
            .unwrap()
    }

    fn names(environment: &mut FixedTable, n: usize) -> Vec<String> {
        (0..n)
            .map(|_| {
                assert!(environment.step());
                environment.trial_name().to_owned()
            })
            .collect()
    }

    #[test]
    fn sequential_trials_follow_the_view() {
        let view = table().view().take(&[3, 1]).unwrap();
        let mut environment = FixedTable::new("test", view, &["In", "Wide"]).unwrap().sequential();
        assert_eq!(names(&mut environment, 5), ["d", "b", "d", "b", "d"]);
        let Counters { run, epoch, trial } = environment.counters();
        assert_eq!((run.current, epoch.current, epoch.previous, epoch.changed), (0, 2, 1, true));
        assert_eq!((trial.current, trial.previous), (0, 1));
        assert_eq!(environment.group_name(), "late");
        assert_eq!(environment.pattern("In").unwrap(), [6.0, 7.0]);
        assert_eq!(environment.pattern("Wide").unwrap(), [6.0, 7.0]);
        environment.step();
        assert!(!environment.counters().epoch.changed);
        environment.init(2);
        let Counters { run, epoch, trial } = environment.counters();
        assert_eq!((run.current, epoch.current, trial.current), (2, 0, -1));
    }

    #[test]
    fn permuted_epochs_show_each_row_once_in_orders_of_their_own() {
        let mut environment = FixedTable::new("train", table(), &["In"]).unwrap().with_seed(3);
        let mut orders = std::collections::BTreeSet::new();
        for _ in 0..20 {
            let mut order = names(&mut environment, 4);
            orders.insert(order.clone());
            order.sort();
            assert_eq!(order, ["a", "b", "c", "d"]);
        }
        assert!(orders.len() > 8, "only {} orders in 20 epochs", orders.len());
        // Another run has other orders; the same run the same.
        environment.init(1);
        let first = names(&mut environment, 40);
        environment.init(2);
        assert_ne!(names(&mut environment, 40), first);
        environment.init(1);
        assert_eq!(names(&mut environment, 40), first);
    }

    #[test]
    fn a_saved_position_continues_alike() {
        let mut environment = FixedTable::new("train", table(), &["In"]).unwrap();
        names(&mut environment, 6);
        let saved = serde_json::to_string(&environment.position().unwrap()).unwrap();
        let expected = names(&mut environment, 9);
        let mut other = FixedTable::new("train", table(), &["In"]).unwrap();
        other.restore(&serde_json::from_str(&saved).unwrap()).unwrap();
        assert_eq!(names(&mut other, 9), expected);
        let short = table().view().take(&[0, 1]).unwrap();
        let mut short = FixedTable::new("train", short, &["In"]).unwrap();
        assert!(short.restore(&other.position().unwrap()).is_err());
    }

    #[test]
    fn unusable_tables_are_refused_at_once() {
        let make =
            |view: View, columns: &[&str]| FixedTable::new("train", view, columns).unwrap_err();
        let all = || View::from(&table());
        assert!(matches!(
            make(all(), &[]),
            EngineError::EmptyEnvironment { missing: "columns", .. }
        ));
        let none = all().take(&[]).unwrap();
        assert!(matches!(
            make(none, &["In"]),
            EngineError::EmptyEnvironment { missing: "rows", .. }
        ));
        assert!(make(all(), &["Inn"]).to_string().contains("did you mean `In`?"));
        assert!(matches!(make(all(), &["Name"]), EngineError::Table(_)));
        let error = make(all(), &["Score"]);
        assert!(matches!(error, EngineError::EnvironmentValue { row: 3, .. }), "{error}");
        let great = Table::new().with_column("Great", [1e300]).unwrap();
        assert!(matches!(make((&great).into(), &["Great"]), EngineError::EnvironmentValue { .. }));
    }

    #[test]
    fn states_that_are_not_there_are_errors() {
        let mut environment = FixedTable::new("train", table(), &["In"]).unwrap();
        assert!(matches!(environment.state("In"), Err(EngineError::BeforeFirstStep { .. })));
        assert_eq!((environment.trial_name(), environment.group_name()), ("", ""));
        environment.step();
        let error = environment.state("in").unwrap_err();
        assert!(error.to_string().contains("did you mean `In`?"), "{error}");
        assert_eq!(environment.sizes("In").unwrap(), [2]);
    }

    #[test]
    fn f32_patterns_are_not_copied() {
        let table = table();
        let mut environment = FixedTable::new("train", &table, &["In"]).unwrap().sequential();
        environment.step();
        let own = table.tensor::<f32>("In").unwrap().as_ptr();
        assert_eq!(environment.pattern("In").unwrap().as_ptr(), own);
    }
}
