//! Random patterns of activity: a number of units on, all others off.
//!
//! Each function has its own stream of random numbers ([`random::stream`]) under the seed it is
//! given, so the same arguments always give the same patterns.
//!
//! ```
//! use engine::patgen;
//!
//! // Four patterns of 5 × 5 units, 6 of them on.
//! let patterns = patgen::permuted_binary_rows(4, &[5, 5], 6, 1.0, 0.0, 1)?;
//! assert_eq!(patterns.shape(), [4, 5, 5]);
//! assert!(patterns.outer_iter().all(|pattern| pattern.sum() == 6.0));
//!
//! // As training data: columns Name, Input and Output.
//! let pairs = patgen::pattern_pairs(25, &[5, 5], &[5, 5], 6, 1)?;
//! assert_eq!(pairs.column_names(), ["Name", "Input", "Output"]);
//! assert_eq!(pairs.texts("Name")?[24], "pattern_24");
//! assert_eq!(pairs.spec("Input")?.shape.names(), ["Y", "X"]);
//! # Ok::<(), engine::error::EngineError>(())
//! ```
//!
//! Larger patterns are mixed from the named patterns of a [`Vocabulary`].

mod vocabulary;

use etable::Table;
use ndarray::{ArrayD, ArrayViewD, IxDyn};
pub use vocabulary::Vocabulary;

use crate::error::{EngineError, Result};
use crate::random::{self, Rng};

/// How often a row is drawn anew before [`permuted_binary_rows_min_difference`] gives up.
pub const MAX_TRIES: usize = 10_000;

/// Patterns `[rows, sizes...]`: in each, `n_on` units chosen at random have the value `on` and the
/// others `off`. Rows are independent, so two may be equal.
///
/// The stream is (`seed`, `"patgen/permuted"`, 0), one shuffle after the other.
///
/// # Errors
/// [`EngineError::PatternSize`] if there are fewer than `n_on` units or a size is 0, or if `on` or
/// `off` is not finite or both are the same.
pub fn permuted_binary_rows(
    rows: usize,
    sizes: &[usize],
    n_on: usize,
    on: f32,
    off: f32,
    seed: u64,
) -> Result<ArrayD<f32>> {
    let n_units = check(sizes, n_on, on, off)?;
    let mut rng = random::stream(seed, "patgen/permuted", 0);
    let mut values = Vec::with_capacity(rows * n_units);
    for _ in 0..rows {
        values.extend(draw(&mut rng, n_units, n_on, on, off));
    }
    Ok(shaped(rows, sizes, values))
}

/// Patterns as of [`permuted_binary_rows`], in which any two rows differ in at least
/// `min_difference` units.
///
/// Rows are drawn one after the other; one that is too like an earlier one is drawn anew, at most
/// [`MAX_TRIES`] times. Two patterns with the same number of units on differ in an even number of
/// units, and in at most twice the smaller of the numbers on and off.
///
/// The stream is (`seed`, `"patgen/permuted"`, 0), so with a `min_difference` of 0 the patterns are
/// those of [`permuted_binary_rows`].
///
/// # Errors
/// As for [`permuted_binary_rows`], and [`EngineError::PatternsTooSimilar`] if no row was found that
/// differs enough.
///
/// # Example
/// ```
/// use engine::patgen::permuted_binary_rows_min_difference as distinct;
///
/// let patterns = distinct(10, &[4, 4], 4, 1.0, 0.0, 4, 1)?;
/// for i in 0..10 {
///     for j in 0..i {
///         let (a, b) = (patterns.index_axis(ndarray::Axis(0), i), patterns.index_axis(ndarray::Axis(0), j));
///         assert!(a.iter().zip(b.iter()).filter(|(a, b)| a != b).count() >= 4);
///     }
/// }
/// // Of 4 units, one on, there are only 4 different patterns.
/// assert!(distinct(5, &[4], 1, 1.0, 0.0, 2, 1).is_err());
/// # Ok::<(), engine::error::EngineError>(())
/// ```
pub fn permuted_binary_rows_min_difference(
    rows: usize,
    sizes: &[usize],
    n_on: usize,
    on: f32,
    off: f32,
    min_difference: usize,
    seed: u64,
) -> Result<ArrayD<f32>> {
    let n_units = check(sizes, n_on, on, off)?;
    let mut rng = random::stream(seed, "patgen/permuted", 0);
    let mut values: Vec<f32> = Vec::with_capacity(rows * n_units);
    for row in 0..rows {
        let mut best = 0;
        let mut found = None;
        for _ in 0..MAX_TRIES {
            let pattern = draw(&mut rng, n_units, n_on, on, off);
            let earlier = values.chunks_exact(n_units).map(|other| difference(&pattern, other));
            let least = earlier.min().unwrap_or(usize::MAX);
            if least >= min_difference {
                found = Some(pattern);
                break;
            }
            best = best.max(least);
            if n_units.min(2 * n_on.min(n_units - n_on)) < min_difference {
                break;
            }
        }
        match found {
            Some(pattern) => values.extend(pattern),
            None => {
                return Err(EngineError::PatternsTooSimilar { row, rows, min_difference, best });
            }
        }
    }
    Ok(shaped(rows, sizes, values))
}

/// Turns `n_off` of the units that are on to off and `n_on` of those that are off to on, chosen at
/// random among those of the pattern as it was. Units with other values than `on` and `off` stay.
///
/// # Errors
/// [`EngineError::PatternSize`] if there are not as many units to turn; nothing has changed then.
///
/// # Example
/// ```
/// use engine::{patgen, random};
///
/// let mut pattern = [1.0, 1.0, 1.0, 0.0, 0.0, 0.0];
/// patgen::flip_bits(&mut pattern, 2, 1, 1.0, 0.0, &mut random::stream(1, "noise", 0))?;
/// assert_eq!(pattern[..3].iter().sum::<f32>(), 1.0); // two of three turned off
/// assert_eq!(pattern[3..].iter().sum::<f32>(), 1.0); // one of three turned on
/// # Ok::<(), engine::error::EngineError>(())
/// ```
pub fn flip_bits(
    pattern: &mut [f32],
    n_off: usize,
    n_on: usize,
    on: f32,
    off: f32,
    rng: &mut Rng,
) -> Result<()> {
    let mut units_with = |value: f32, n: usize, state: &str| {
        let mut units: Vec<usize> = (0..pattern.len()).filter(|&u| pattern[u] == value).collect();
        if n > units.len() {
            let found = units.len();
            let reason =
                format!("{n} units that are {state} are to be turned, but only {found} are");
            return Err(EngineError::PatternSize { reason });
        }
        random::shuffle(rng, &mut units);
        units.truncate(n);
        Ok(units)
    };
    let turn_off = units_with(on, n_off, "on")?;
    let turn_on = units_with(off, n_on, "off")?;
    turn_off.into_iter().for_each(|unit| pattern[unit] = off);
    turn_on.into_iter().for_each(|unit| pattern[unit] = on);
    Ok(())
}

/// Training data of random associations: `rows` rows with the columns `Name` (`pattern_0`,
/// `pattern_1`, ...), `Input` and `Output`, each a pattern with `n_on` units at 1 and the others
/// at 0.
///
/// Cells of two sizes have the dimensions `Y` and `X`, of four sizes `PoolY`, `PoolX`, `UnitY`,
/// `UnitX`, others none. The inputs are those of [`permuted_binary_rows`] with this seed, the
/// outputs come from the stream (`seed`, `"patgen/output"`, 0).
///
/// # Errors
/// [`EngineError::PatternSize`] as for [`permuted_binary_rows`].
pub fn pattern_pairs(
    rows: usize,
    input_sizes: &[usize],
    output_sizes: &[usize],
    n_on: usize,
    seed: u64,
) -> Result<Table> {
    let input = permuted_binary_rows(rows, input_sizes, n_on, 1.0, 0.0, seed)?;
    let n_units = check(output_sizes, n_on, 1.0, 0.0)?;
    let mut rng = random::stream(seed, "patgen/output", 0);
    let output = (0..rows).flat_map(|_| draw(&mut rng, n_units, n_on, 1.0, 0.0)).collect();
    let output = shaped(rows, output_sizes, output);
    let names: Vec<String> = (0..rows).map(|row| format!("pattern_{row}")).collect();
    Ok(Table::new()
        .with_column("Name", names)?
        .with_tensor("Input", input, dimension_names(input_sizes))?
        .with_tensor("Output", output, dimension_names(output_sizes))?)
}

/// [`flip_bits`] in every row of patterns `[rows, sizes...]`.
///
/// # Errors
/// As [`flip_bits`]; nothing has changed then.
pub fn flip_bits_rows(
    patterns: &mut ArrayD<f32>,
    n_off: usize,
    n_on: usize,
    on: f32,
    off: f32,
    rng: &mut Rng,
) -> Result<()> {
    let mut flipped = patterns.clone();
    for mut row in flipped.outer_iter_mut() {
        let mut pattern: Vec<f32> = row.iter().copied().collect();
        flip_bits(&mut pattern, n_off, n_on, on, off, rng)?;
        row.iter_mut().zip(pattern).for_each(|(unit, value)| *unit = value);
    }
    *patterns = flipped;
    Ok(())
}

/// Puts the cells of columns in some rows of a table into a new random order: all columns together,
/// so that a row's cells stay together, or each column for itself if `independent`.
///
/// The streams are (`seed`, `"patgen/shuffle"`, place of the column in `columns`), or 0 for all.
///
/// ```
/// use engine::patgen;
/// let pairs = patgen::pattern_pairs(4, &[5, 5], &[5, 5], 6, 1)?;
/// // Other outputs to the first three inputs.
/// let mixed = patgen::shuffle_cells(&pairs, &[0, 1, 2], &["Output"], false, 2)?;
/// assert_eq!(mixed.tensor::<f32>("Input")?, pairs.tensor::<f32>("Input")?);
/// assert_eq!(mixed.tensor::<f32>("Output")?.sum(), 24.0);
/// # Ok::<(), engine::EngineError>(())
/// ```
///
/// # Errors
/// The table has no such row or column, or a row comes twice.
pub fn shuffle_cells(
    table: &Table,
    rows: &[usize],
    columns: &[&str],
    independent: bool,
    seed: u64,
) -> Result<Table> {
    let mut seen = vec![false; table.n_rows()];
    for row in rows {
        match seen.get_mut(*row) {
            Some(seen) if !*seen => *seen = true,
            _ => {
                let n = table.n_rows();
                let reason = format!(
                    "row {row} is to be shuffled: give different rows, from 0 to {}",
                    n.saturating_sub(1)
                );
                return Err(EngineError::PatternSize { reason });
            }
        }
    }
    let mut parts = Vec::new();
    for name in table.column_names() {
        let one = table.select(&[name])?;
        parts.push(match columns.iter().position(|column| *column == name) {
            None => one,
            Some(place) => {
                let number = if independent { place as u64 } else { 0 };
                let mut rng = random::stream(seed, "patgen/shuffle", number);
                let mut order: Vec<usize> = (0..table.n_rows()).collect();
                let from = random::permutation(&mut rng, rows.len());
                for (row, from) in rows.iter().zip(from) {
                    order[*row] = rows[from];
                }
                one.view().take(&order)?.to_table()?
            }
        });
    }
    // Asked for by name, so that a column that is not there is an error.
    table.select(columns)?;
    let mut shuffled = Table::new();
    parts.iter().try_for_each(|part| shuffled.add_columns_of(part))?;
    table.metadata().clone_into(shuffled.metadata_mut());
    Ok(shuffled)
}

/// The names of a layer's dimensions by their number; none if it is neither 2 nor 4.
pub(crate) fn dimension_names(sizes: &[usize]) -> &'static [&'static str] {
    match sizes.len() {
        2 => &["Y", "X"],
        4 => &["PoolY", "PoolX", "UnitY", "UnitX"],
        _ => &[],
    }
}

fn check(sizes: &[usize], n_on: usize, on: f32, off: f32) -> Result<usize> {
    let bad = |reason| Err(EngineError::PatternSize { reason });
    let product = sizes.iter().try_fold(1_usize, |product, &size| product.checked_mul(size));
    let n_units = match product {
        Some(n) if n > 0 => n,
        _ => return bad(format!("the sizes {sizes:?} do not give a number of units")),
    };
    if n_on > n_units {
        return bad(format!("{n_on} units are to be on, but sizes {sizes:?} give {n_units} units"));
    }
    if !on.is_finite() || !off.is_finite() || on == off {
        return bad(format!("the values {on} (on) and {off} (off) must be finite and different"));
    }
    Ok(n_units)
}

fn draw(rng: &mut Rng, n_units: usize, n_on: usize, on: f32, off: f32) -> Vec<f32> {
    let mut pattern = vec![off; n_units];
    let order = random::permutation(rng, n_units);
    order[..n_on].iter().for_each(|&unit| pattern[unit] = on);
    pattern
}

/// The number of units that are on in `a` and not in `b`.
fn difference_of_on(a: &ArrayViewD<'_, f32>, b: &ArrayViewD<'_, f32>) -> usize {
    a.iter().zip(b).filter(|(a, b)| **a > 0.0 && a != b).count()
}

fn difference(a: &[f32], b: &[f32]) -> usize {
    a.iter().zip(b).filter(|(a, b)| a != b).count()
}

fn shaped(rows: usize, sizes: &[usize], values: Vec<f32>) -> ArrayD<f32> {
    let shape: Vec<usize> = [&[rows], sizes].concat();
    ArrayD::from_shape_vec(IxDyn(&shape), values).expect("rows times the product of the sizes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_pinned() {
        let patterns = permuted_binary_rows(2, &[2, 3], 2, 1.0, -1.0, 7).unwrap();
        assert_eq!(
            patterns.as_slice().unwrap(),
            [-1.0, 1.0, -1.0, -1.0, 1.0, -1.0, 1.0, -1.0, 1.0, -1.0, -1.0, -1.0]
        );
    }

    #[test]
    fn impossible_patterns_are_errors() {
        assert!(permuted_binary_rows(1, &[2, 2], 5, 1.0, 0.0, 1).is_err());
        assert!(permuted_binary_rows(1, &[2, 0], 0, 1.0, 0.0, 1).is_err());
        assert!(permuted_binary_rows(1, &[usize::MAX, 2], 0, 1.0, 0.0, 1).is_err());
        assert!(permuted_binary_rows(1, &[2], 1, f32::NAN, 0.0, 1).is_err());
        assert!(permuted_binary_rows(1, &[2], 1, 1.0, 1.0, 1).is_err());
        let error = pattern_pairs(2, &[5, 5], &[2, 2], 6, 1).unwrap_err();
        assert!(error.to_string().contains("6 units are to be on"), "{error}");
    }

    #[test]
    fn too_great_a_difference_is_an_error_and_one_row_never_is() {
        let error = permuted_binary_rows_min_difference(3, &[4], 1, 1.0, 0.0, 3, 1).unwrap_err();
        assert!(matches!(error, EngineError::PatternsTooSimilar { row: 1, best: 0 | 2, .. }));
        assert!(permuted_binary_rows_min_difference(1, &[4], 1, 1.0, 0.0, 99, 1).is_ok());
    }

    #[test]
    fn flips_that_cannot_be_change_nothing() {
        let mut pattern = [1.0, 0.0, 0.5];
        let mut rng = random::stream(1, "flip", 0);
        assert!(flip_bits(&mut pattern, 1, 2, 1.0, 0.0, &mut rng).is_err());
        assert_eq!(pattern, [1.0, 0.0, 0.5]);
        flip_bits(&mut pattern, 1, 1, 1.0, 0.0, &mut rng).unwrap();
        assert_eq!(pattern, [0.0, 1.0, 0.5]);
    }

    #[test]
    fn inputs_and_outputs_are_drawn_separately() {
        let pairs = pattern_pairs(25, &[5, 5], &[5, 5], 6, 1).unwrap();
        assert!(pairs.tensor::<f32>("Input").unwrap() != pairs.tensor::<f32>("Output").unwrap());
        assert_eq!(pairs.tensor::<f32>("Output").unwrap().sum(), 150.0);
    }
}
