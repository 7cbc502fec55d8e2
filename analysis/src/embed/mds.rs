//! Multidimensional scaling.

use etable::interrupt;
use ndarray::{Array1, Array2, Axis};

use super::Embedding;
use crate::{
    AnalysisError, Result, SimilarityMatrix,
    decompose::{fix_sign, linear_algebra},
    linear::symmetric_eigen,
};

const MAXIMUM_ITERATIONS: usize = 500;
/// Iterations end where the stress falls by less than this share of itself.
const STRESS_TOLERANCE: f64 = 1e-9;

/// Places items so that their distances are close to those of a matrix (Torgerson's classical
/// scaling): the principal coordinates of
///
/// ```text
/// B = −½ J D² J,   J = I − 1/n
/// ```
///
/// For Euclidean distances these are the scores of principal components. Each dimension has the
/// entry of largest magnitude positive; dimensions whose eigenvalue is not positive are 0.
///
/// The entries are D whatever the metric; take the roots of squared ones (`SumSquares`, crossnobis)
/// if points are to lie that far apart.
///
/// # Errors
///
/// [`AnalysisError::NotADistance`] if the matrix holds similarities,
/// [`AnalysisError::NegativeDistance`];
/// [`AnalysisError::InvalidArgument`] unless `dimensions` is from 1 to one less than the items;
/// [`AnalysisError::EntryNotFinite`], [`AnalysisError::OutOfRange`] for distances whose squares
/// cannot be added, [`AnalysisError::LinearAlgebra`], [`AnalysisError::Interrupted`].
///
/// # Source
///
/// W. Torgerson (1952), Multidimensional scaling: I. Theory and method, *Psychometrika* 17.
pub fn classical_mds(distances: &SimilarityMatrix, dimensions: usize) -> Result<Embedding> {
    let matrix = checked(distances, dimensions)?;
    let (coordinates, stress) = interrupt::run(move || {
        let coordinates = principal_coordinates(&matrix, dimensions)?;
        let found = pair_distances(&coordinates);
        let error: f64 = (&found - &matrix).mapv(|x| x * x).sum();
        let size: f64 = found.mapv(|x| x * x).sum();
        let stress = if size > 0.0 { (error / size).sqrt() } else { 0.0 };
        Ok::<_, AnalysisError>((coordinates, stress))
    })??;
    Ok(embedding(distances, coordinates, "classical scaling", stress))
}

/// Places items so that the order of their distances is close to the order in a matrix: what is
/// farther apart there is farther apart here (Kruskal's non-metric scaling, by majorisation).
///
/// From the classical solution, the distances are replaced again and again by the closest ones in
/// the matrix's order (isotonic regression; equal entries may come apart), and the points moved
/// towards those, until the stress no longer falls:
///
/// ```text
/// stress = √ (Σ (d − d̂)² / Σ d²)
/// ```
///
/// # Errors
///
/// As [`classical_mds`].
///
/// # Source
///
/// J. Kruskal (1964), *Psychometrika* 29; J. de Leeuw (1977), in *Recent Developments in
/// Statistics*.
pub fn nonmetric_mds(distances: &SimilarityMatrix, dimensions: usize) -> Result<Embedding> {
    let matrix = checked(distances, dimensions)?;
    let (coordinates, stress) = interrupt::run(move || scale_by_order(&matrix, dimensions))??;
    Ok(embedding(distances, coordinates, "non-metric scaling", stress))
}

fn embedding(
    distances: &SimilarityMatrix,
    coordinates: Array2<f64>,
    method: &'static str,
    stress: f64,
) -> Embedding {
    Embedding {
        labels: distances.labels().to_vec(),
        coordinates,
        method,
        column: distances.column().to_string(),
        stress: Some(stress),
    }
}

/// The distances in both directions' mean, with 0 on the diagonal.
fn checked(distances: &SimilarityMatrix, dimensions: usize) -> Result<Array2<f64>> {
    distances.check_lengths()?;
    let n = distances.len();
    if dimensions == 0 || dimensions >= n.max(2) {
        return Err(AnalysisError::invalid(
            "dimensions",
            dimensions,
            format!("from 1 to {}, one less than the items", n.max(2) - 1),
        ));
    }
    let values = distances.values();
    let mut matrix = (&values + &values.t()) / 2.0;
    matrix.diag_mut().fill(0.0);
    Ok(matrix)
}

fn principal_coordinates(distances: &Array2<f64>, dimensions: usize) -> Result<Array2<f64>> {
    let n = distances.nrows();
    let squares = distances.mapv(|value| value * value);
    let means = squares.mean_axis(Axis(0)).expect("there are items");
    let overall = means.mean().expect("there are items");
    let centred = (&squares - &means - means.view().insert_axis(Axis(1)) + overall) * -0.5;
    let (values, vectors) = symmetric_eigen(&centred).map_err(linear_algebra("scaling"))?;
    let mut coordinates = Array2::zeros((n, dimensions));
    for (index, mut column) in coordinates.columns_mut().into_iter().enumerate() {
        let place = n - 1 - index.min(n - 1);
        // Rounding leaves tiny eigenvalues where there is no further dimension.
        if index < n && values[place] > values[n - 1].abs() * 1e-13 {
            column.assign(&(&vectors.row(place) * values[place].sqrt()));
            fix_sign(column);
        }
    }
    Ok(coordinates)
}

fn pair_distances(points: &Array2<f64>) -> Array2<f64> {
    let n = points.nrows();
    let mut distances = Array2::zeros((n, n));
    for i in 0..n {
        for j in 0..i {
            let square: f64 =
                points.row(i).iter().zip(points.row(j)).map(|(x, y)| (x - y).powi(2)).sum();
            distances[[i, j]] = square.sqrt();
            distances[[j, i]] = distances[[i, j]];
        }
    }
    distances
}

fn scale_by_order(matrix: &Array2<f64>, dimensions: usize) -> Result<(Array2<f64>, f64)> {
    let n = matrix.nrows();
    let mut points = principal_coordinates(matrix, dimensions)?;
    let mut pairs: Vec<(usize, usize)> = (0..n).flat_map(|i| (0..i).map(move |j| (i, j))).collect();
    let mut last = f64::INFINITY;
    let mut iteration = 0;
    loop {
        iteration += 1;
        let found = pair_distances(&points);
        pairs.sort_by(|&a, &b| matrix[a].total_cmp(&matrix[b]).then(found[a].total_cmp(&found[b])));
        let ordered: Vec<f64> = pairs.iter().map(|&pair| found[pair]).collect();
        let target = isotonic(&ordered);
        let size: f64 = ordered.iter().map(|d| d * d).sum();
        let error: f64 = ordered.iter().zip(&target).map(|(d, t)| (d - t).powi(2)).sum();
        let stress = if size > 0.0 { (error / size).sqrt() } else { 0.0 };
        let settled = stress == 0.0 || last - stress < STRESS_TOLERANCE * last;
        if settled || iteration == MAXIMUM_ITERATIONS {
            return Ok((points, stress));
        }
        last = stress;
        points = guttman(&points, &found, &pairs, &target, size.sqrt());
    }
}

/// Moves points so that their distances come closer to the targets (Guttman's transform); targets
/// are scaled to the norm of the distances, lest everything shrink to a point.
fn guttman(
    points: &Array2<f64>,
    found: &Array2<f64>,
    pairs: &[(usize, usize)],
    target: &[f64],
    norm: f64,
) -> Array2<f64> {
    let n = points.nrows();
    let target_norm = target.iter().map(|t| t * t).sum::<f64>().sqrt();
    let scale = if target_norm > 0.0 { norm / target_norm } else { 1.0 };
    let mut moved: Array2<f64> = Array2::zeros(points.dim());
    for (&(i, j), target) in pairs.iter().zip(target) {
        let ratio = if found[[i, j]] > 0.0 { scale * target / found[[i, j]] } else { 0.0 };
        let step: Array1<f64> = (&points.row(i) - &points.row(j)) * (ratio / n as f64);
        let mut row = moved.row_mut(i);
        row += &step;
        let mut row = moved.row_mut(j);
        row -= &step;
    }
    moved
}

/// The closest values that never fall, by pooling adjacent violators.
fn isotonic(values: &[f64]) -> Vec<f64> {
    let mut blocks: Vec<(f64, usize)> = vec![];
    for &value in values {
        blocks.push((value, 1));
        while let [.., (before, n), (last, m)] = blocks[..]
            && before > last
        {
            blocks.truncate(blocks.len() - 2);
            let joined = (before * n as f64 + last * m as f64) / (n + m) as f64;
            blocks.push((joined, n + m));
        }
    }
    blocks.into_iter().flat_map(|(value, count)| std::iter::repeat_n(value, count)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn isotonic_values_never_fall() {
        assert_eq!(isotonic(&[1.0, 3.0, 2.0, 4.0, 0.0]), [1.0, 2.25, 2.25, 2.25, 2.25]);
        assert_eq!(isotonic(&[1.0, 2.0]), [1.0, 2.0]);
        assert_eq!(isotonic(&[3.0, 2.0, 1.0]), [2.0, 2.0, 2.0]);
    }
}
