//! Receiver operating characteristics.

use std::fmt;

use etable::{Table, View};

use crate::{
    AnalysisError, Figure, NanPolicy, Result, error::check_count, line_chart, metric::check_finite,
    rows::require_rows,
};

/// How well scores tell two kinds of items apart: the share of hits against that of false alarms
/// at every threshold.
#[derive(Clone, Debug, PartialEq)]
pub struct Roc {
    thresholds: Vec<f64>,
    hits: Vec<f64>,
    false_alarms: Vec<f64>,
    area: f64,
}

impl Roc {
    /// From scores, and which of the items are of the kind that high scores are to find.
    ///
    /// ```
    /// use analysis::Roc;
    /// let roc = Roc::new(&[0.9, 0.8, 0.3, 0.1], &[true, false, true, false])?;
    /// assert_eq!(roc.area(), 0.75); // three of four pairs are in the right order
    /// # Ok::<(), analysis::AnalysisError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`AnalysisError::WrongCount`]; [`AnalysisError::InvalidArgument`] for a score that is
    /// not finite, or items of one kind only.
    pub fn new(scores: &[f64], positive: &[bool]) -> Result<Self> {
        check_count("kinds", "score", positive.len(), scores.len())?;
        if let Some(row) = scores.iter().position(|score| !score.is_finite()) {
            let value = format!("{} in row {row}", scores[row]);
            return Err(AnalysisError::invalid("scores", value, "finite numbers"));
        }
        let n_positive = positive.iter().filter(|positive| **positive).count();
        let n_negative = positive.len() - n_positive;
        if n_positive == 0 || n_negative == 0 {
            let value = format!("{n_positive} positive, {n_negative} negative");
            return Err(AnalysisError::invalid("items", value, "at least one of each kind"));
        }
        let mut order: Vec<usize> = (0..scores.len()).collect();
        order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]));
        let mut roc = Roc {
            thresholds: vec![f64::INFINITY],
            hits: vec![0.0],
            false_alarms: vec![0.0],
            area: 0.0,
        };
        let (mut hits, mut false_alarms, mut twice_area) = (0, 0, 0);
        // Items of equal score come in or stay out together.
        for equal in order.chunk_by(|&a, &b| scores[a] == scores[b]) {
            let more = equal.iter().filter(|&&item| positive[item]).count();
            twice_area += (equal.len() - more) * (2 * hits + more);
            hits += more;
            false_alarms += equal.len() - more;
            roc.thresholds.push(scores[equal[0]]);
            roc.hits.push(hits as f64 / n_positive as f64);
            roc.false_alarms.push(false_alarms as f64 / n_negative as f64);
        }
        roc.area = twice_area as f64 / (2 * n_positive * n_negative) as f64;
        Ok(roc)
    }

    /// From a column of scores, and the value of column `kind` that high scores are to find.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::Table`] if a column is missing, of the wrong kind, or holds nulls;
    /// [`AnalysisError::TooFewRows`] for an empty view, [`AnalysisError::NotFinite`],
    /// [`AnalysisError::TooLarge`]; [`AnalysisError::InvalidArgument`] for items of one kind only.
    pub fn of(view: impl Into<View>, score: &str, kind: &str, sought: &str) -> Result<Self> {
        Self::of_view(&view.into(), score, kind, sought)
    }

    fn of_view(view: &View, score: &str, kind: &str, sought: &str) -> Result<Self> {
        let (scores, kinds) = (view.numbers(score)?, view.labels(kind)?);
        require_rows(view, "a ROC curve")?;
        for (row, value) in scores.iter().enumerate() {
            check_finite(score, row, &[*value], NanPolicy::Error)?;
        }
        let positive: Vec<bool> = kinds.iter().map(|label| label == sought).collect();
        Self::new(&scores, &positive)
    }

    /// The area under the curve, from 0 to 1: how probably an item of the kind sought has a higher
    /// score than another one; 0.5 is chance.
    pub fn area(&self) -> f64 {
        self.area
    }

    /// One row per threshold, highest first: `Threshold`, from which on items count as found,
    /// `Hits` and `FalseAlarms`, shares of the items of either kind.
    ///
    /// # Errors
    ///
    /// [`AnalysisError::Table`], which does not happen for a curve made by this crate.
    pub fn to_table(&self) -> Result<Table> {
        Ok(Table::new()
            .with_column("Threshold", self.thresholds.clone())?
            .with_column("FalseAlarms", self.false_alarms.clone())?
            .with_column("Hits", self.hits.clone())?)
    }

    /// The curve.
    ///
    /// # Errors
    ///
    /// As [`to_table`](Self::to_table).
    pub fn figure(&self) -> Result<Figure> {
        Ok(line_chart(&self.to_table()?, "FalseAlarms", &["Hits"])?
            .title(format!("area under the curve {:.3}", self.area))
            .x_label("false alarms")
            .y_label("hits"))
    }
}

impl fmt::Display for Roc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "area under the curve {:.3}, {} thresholds", self.area, self.hits.len() - 1)
    }
}
