//! Vocabularies: named lists of patterns, from which larger patterns are mixed.

use std::collections::BTreeMap;

use ndarray::{ArrayD, ArrayViewD, Axis, IxDyn, Slice};

use super::{difference_of_on, flip_bits, permuted_binary_rows_min_difference, shaped};
use crate::error::{EngineError, Result, nearest};
use crate::random;

/// Named lists of patterns: each an array `[rows, sizes...]`, a pattern a row.
///
/// Items are made at random, as variations of other items, or by hand, and larger patterns are
/// mixed from them, a pool from each ([`mix`](Self::mix)). Every random item has a stream of its
/// own, (`seed`, `"patgen/vocabulary/NAME"`, number of the change), so that an item does not depend
/// on which others there are. Adding an item under a name that there is already replaces it.
///
/// ```
/// use engine::patgen::Vocabulary;
///
/// // Three words and a context that moves slowly, as in studies of memory for lists.
/// let mut vocabulary = Vocabulary::new(1);
/// vocabulary.add_permuted_binary("word", 3, &[4, 4], 0.25, 0.5)?;
/// vocabulary.add_permuted_binary("start", 1, &[4, 4], 0.25, 0.0)?;
/// vocabulary.add_drift("context", 3, "start", 0, 0.25)?;
/// vocabulary.add_empty("none", 3, &[4, 4])?;
///
/// // Two rows of two pools; row by row, from the front.
/// let study = vocabulary.mix([2, 2], &["word", "context", "word", "none"], 0..3)?;
/// assert_eq!(study.shape(), [3, 2, 2, 4, 4]);
/// assert_eq!(study.index_axis(ndarray::Axis(0), 2).sum(), 12.0);
/// # Ok::<(), engine::EngineError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Vocabulary {
    seed: u64,
    items: BTreeMap<String, ArrayD<f32>>,
    /// How often each name has drawn random numbers.
    draws: BTreeMap<String, u64>,
}

impl Vocabulary {
    /// A vocabulary without items.
    pub fn new(seed: u64) -> Self {
        Self { seed, items: BTreeMap::new(), draws: BTreeMap::new() }
    }

    /// The names of all items, in alphabetical order.
    pub fn names(&self) -> Vec<&str> {
        self.items.keys().map(String::as_str).collect()
    }

    /// The patterns of an item.
    ///
    /// # Errors
    /// [`EngineError::UnknownItem`].
    pub fn item(&self, name: &str) -> Result<ArrayViewD<'_, f32>> {
        match self.items.get(name) {
            Some(item) => Ok(item.view()),
            None => Err(EngineError::UnknownItem {
                item: name.to_owned(),
                nearest: nearest(name, self.names()),
            }),
        }
    }

    /// Adds patterns of one's own, `[rows, sizes...]`.
    ///
    /// # Errors
    /// [`EngineError::PatternSize`] if there is no row or no unit, or a value is not finite.
    pub fn add(&mut self, name: &str, patterns: ArrayD<f32>) -> Result<()> {
        if patterns.ndim() < 2 || patterns.is_empty() {
            return Err(wrong(name, format!("its shape {:?} has no patterns", patterns.shape())));
        }
        if let Some(value) = patterns.iter().find(|value| !value.is_finite()) {
            return Err(wrong(name, format!("it has the value {value}, which is not finite")));
        }
        self.items.insert(name.to_owned(), patterns);
        Ok(())
    }

    /// Adds patterns in which no unit is on, for pools that are to be missing.
    ///
    /// # Errors
    /// [`EngineError::PatternSize`] as for [`add`](Self::add).
    pub fn add_empty(&mut self, name: &str, rows: usize, sizes: &[usize]) -> Result<()> {
        self.add(name, ArrayD::zeros(IxDyn(&[&[rows], sizes].concat())))
    }

    /// Adds random patterns: in each, the share `activity` of the units is on, rounded, and any two
    /// differ in at least the share `min_difference` of the units that are on (so 0.5 means that at
    /// most half of them are common).
    ///
    /// # Errors
    /// [`EngineError::PatternSize`] as for [`add`](Self::add) or if a share is not from 0 to 1, and
    /// [`EngineError::PatternsTooSimilar`] if no patterns were found that differ enough.
    pub fn add_permuted_binary(
        &mut self,
        name: &str,
        rows: usize,
        sizes: &[usize],
        activity: f64,
        min_difference: f64,
    ) -> Result<()> {
        let activity = share(name, "activity", activity)?;
        let min_difference = share(name, "least difference", min_difference)?;
        let units = sizes.iter().try_fold(1_usize, |units, size| units.checked_mul(*size));
        let n_on = (units.unwrap_or(0) as f64 * activity).round() as usize;
        // A unit that is on in one pattern alone is one difference there and one in the other.
        let least = 2 * (n_on as f64 * min_difference).round() as usize;
        let seed = self.seed_for(name);
        let patterns =
            permuted_binary_rows_min_difference(rows, sizes, n_on, 1.0, 0.0, least, seed)?;
        self.add(name, patterns)
    }

    /// Adds a copy of an item.
    ///
    /// # Errors
    /// [`EngineError::UnknownItem`].
    pub fn add_clone(&mut self, name: &str, from: &str) -> Result<()> {
        let patterns = self.item(from)?.to_owned();
        self.add(name, patterns)
    }

    /// Adds `rows` patterns that are all the one in `row` of an item.
    ///
    /// # Errors
    /// [`EngineError::UnknownItem`], or [`EngineError::PatternSize`] if the item has no such row or
    /// `rows` is 0.
    pub fn add_repeat(&mut self, name: &str, rows: usize, from: &str, row: usize) -> Result<()> {
        let pattern = self.pattern(from, row)?;
        let all = std::iter::repeat_n(&pattern, rows).flatten().copied().collect();
        let patterns = shaped(rows, pattern.shape(), all);
        self.add(name, patterns)
    }

    /// Adds `rows` patterns that drift: the first is the one in `row` of an item, and each further
    /// one is the one before it with the share `drift` of the units that are on turned off and as
    /// many others turned on. The units that are more or fewer by rounding are made up for in later
    /// rows, so that small shares drift too.
    ///
    /// # Errors
    /// [`EngineError::UnknownItem`], or [`EngineError::PatternSize`] if the item has no such row, a
    /// pattern is not of ones and zeros, there are too few units that are off, `rows` is 0, or
    /// `drift` is not from 0 to 1.
    pub fn add_drift(
        &mut self,
        name: &str,
        rows: usize,
        from: &str,
        row: usize,
        drift: f64,
    ) -> Result<()> {
        let drift = share(name, "drift", drift)?;
        let first = self.pattern(from, row)?;
        if first.iter().any(|value| *value != 0.0 && *value != 1.0) {
            return Err(wrong(name, format!("row {row} of `{from}` is not of ones and zeros")));
        }
        let turned = f64::from(first.sum()) * drift;
        let mut rng = random::stream(self.seed_for(name), "drift", 0);
        let mut pattern: Vec<f32> = first.iter().copied().collect();
        let mut values = Vec::with_capacity(rows * pattern.len());
        let mut rest = 0.0;
        for row in 0..rows {
            if row > 0 {
                let now = (turned + rest).round();
                rest += turned - now;
                flip_bits(&mut pattern, now as usize, now as usize, 1.0, 0.0, &mut rng)?;
            }
            values.extend_from_slice(&pattern);
        }
        self.add(name, shaped(rows, first.shape(), values))
    }

    /// Puts the rows of items into a new random order, each item for itself.
    ///
    /// # Errors
    /// [`EngineError::UnknownItem`]; then nothing has changed.
    pub fn shuffle(&mut self, names: &[&str]) -> Result<()> {
        names.iter().try_for_each(|name| self.item(name).map(|_| ()))?;
        for name in names {
            let mut rng = random::stream(self.seed_for(name), "shuffle", 0);
            if let Some(item) = self.items.get_mut(*name) {
                let order = random::permutation(&mut rng, item.shape()[0]);
                *item = item.select(Axis(0), &order);
            }
        }
        Ok(())
    }

    /// Adds the rows of several items, one item after the other.
    ///
    /// # Errors
    /// [`EngineError::UnknownItem`], or [`EngineError::PatternSize`] if no item is given or their
    /// patterns have different sizes.
    pub fn add_concat(&mut self, name: &str, from: &[&str]) -> Result<()> {
        let parts = from.iter().map(|item| self.item(item)).collect::<Result<Vec<_>>>()?;
        let patterns = ndarray::concatenate(Axis(0), &parts).map_err(|_| {
            let shapes: Vec<&[usize]> = parts.iter().map(|part| &part.shape()[1..]).collect();
            wrong(name, format!("patterns of the sizes {shapes:?} cannot follow each other"))
        })?;
        self.add(name, patterns)
    }

    /// Adds the rows `rows` of an item.
    ///
    /// # Errors
    /// [`EngineError::UnknownItem`], or [`EngineError::PatternSize`] if the item has not all these
    /// rows or there are none.
    pub fn add_slice(
        &mut self,
        name: &str,
        from: &str,
        rows: std::ops::Range<usize>,
    ) -> Result<()> {
        let item = self.item(from)?;
        let n = item.shape()[0];
        if rows.is_empty() || rows.end > n {
            return Err(wrong(name, format!("`{from}` has the rows 0..{n}, not {rows:?}")));
        }
        let patterns = item.slice_axis(Axis(0), Slice::from(rows)).to_owned();
        self.add(name, patterns)
    }

    /// Mixes patterns of pools: `[rows, PoolY, PoolX, UnitY, UnitX]`, in which the pools of pattern
    /// `i` are the rows `i` of the items in `sources`, given row by row of pools, from the front and
    /// the left. An item with fewer rows begins again from its first.
    ///
    /// # Errors
    /// [`EngineError::UnknownItem`], or [`EngineError::PatternSize`] if there are not as many sources
    /// as pools, or their patterns differ in size.
    pub fn mix(
        &self,
        [pools_y, pools_x]: [usize; 2],
        sources: &[&str],
        rows: std::ops::Range<usize>,
    ) -> Result<ArrayD<f32>> {
        let pools = sources.iter().map(|source| self.item(source)).collect::<Result<Vec<_>>>()?;
        let bad = |reason| EngineError::PatternSize { reason };
        if sources.is_empty() || pools_y.checked_mul(pools_x) != Some(sources.len()) {
            return Err(bad(format!(
                "{pools_y} rows of {pools_x} pools are to be mixed from {} items",
                sources.len()
            )));
        }
        let sizes = &pools[0].shape()[1..];
        if let Some(index) = pools.iter().position(|pool| &pool.shape()[1..] != sizes) {
            return Err(bad(format!(
                "patterns of `{}` have the sizes {sizes:?}, those of `{}` {:?}; pools must be equal",
                sources[0],
                sources[index],
                &pools[index].shape()[1..]
            )));
        }
        let values = rows.clone().flat_map(|row| {
            pools.iter().flat_map(move |pool| {
                let pattern = pool.index_axis(Axis(0), row % pool.shape()[0]);
                pattern.iter().copied().collect::<Vec<f32>>()
            })
        });
        let values = values.collect();
        Ok(shaped(rows.len(), &[&[pools_y, pools_x], sizes].concat(), values))
    }

    /// The least and the greatest number of units that are on in one pattern of an item and off in
    /// another; `None` if it has but one.
    ///
    /// # Errors
    /// [`EngineError::UnknownItem`].
    pub fn differences(&self, name: &str) -> Result<Option<(usize, usize)>> {
        let item = self.item(name)?;
        let rows: Vec<_> = item.outer_iter().collect();
        let mut range = None;
        for (index, row) in rows.iter().enumerate() {
            for earlier in &rows[..index] {
                let found = difference_of_on(row, earlier);
                let (least, greatest) = range.unwrap_or((found, found));
                range = Some((found.min(least), found.max(greatest)));
            }
        }
        Ok(range)
    }

    fn pattern(&self, name: &str, row: usize) -> Result<ArrayD<f32>> {
        let item = self.item(name)?;
        let n = item.shape()[0];
        if row >= n {
            return Err(wrong(name, format!("it has {n} rows, and no row {row}")));
        }
        Ok(item.index_axis(Axis(0), row).to_owned())
    }

    /// The seed of the next random change of an item.
    fn seed_for(&mut self, name: &str) -> u64 {
        use rand::Rng as _;
        let draws = self.draws.entry(name.to_owned()).or_default();
        let label = format!("patgen/vocabulary/{name}");
        let seed = random::stream(self.seed, &label, *draws).next_u64();
        *draws += 1;
        seed
    }
}

fn wrong(item: &str, reason: String) -> EngineError {
    EngineError::PatternSize { reason: format!("item `{item}` of the vocabulary: {reason}") }
}

fn share(item: &str, what: &str, value: f64) -> Result<f64> {
    match (0.0..=1.0).contains(&value) {
        true => Ok(value),
        false => Err(wrong(item, format!("its {what} is to be {value}, which is not from 0 to 1"))),
    }
}
