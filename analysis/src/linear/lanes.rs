//! Loops over values in eight lanes at once: as fast as the processor allows, and in one order of
//! adding up on all of them.

use multiversion::multiversion;

use super::Real;

const LANES: usize = 8;

/// The sum of `(x − shift)ᵖ`, p being 2 with `square`, else 1.
#[multiversion(targets = "simd")]
fn sum_of(values: &[f64], shift: f64, square: bool) -> f64 {
    let of = |value: f64| {
        let moved = value - shift;
        if square { moved * moved } else { moved }
    };
    let (lanes, rest) = values.as_chunks::<LANES>();
    let mut sums = [0.0; LANES];
    for lane in lanes {
        for (sum, value) in sums.iter_mut().zip(lane) {
            *sum += of(*value);
        }
    }
    sums.iter().sum::<f64>() + rest.iter().map(|value| of(*value)).sum::<f64>()
}

/// The mean; of equal values exactly that value. NaN for no values.
pub(crate) fn mean(values: &[f64]) -> f64 {
    let first = values.first().copied().unwrap_or(f64::NAN);
    first + sum_of(values, first, false) / values.len() as f64
}

/// The sum of the squared differences from `centre`.
pub(crate) fn squares_about(values: &[f64], centre: f64) -> f64 {
    sum_of(values, centre, true)
}

/// The least of the sums of two numbers at the same place; none is NaN.
#[multiversion(targets = "simd")]
pub(crate) fn least_sum(a: &[f64], b: &[f64]) -> f64 {
    let ((a, rest_a), (b, rest_b)) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
    let less = |x: f64, y: f64| if x < y { x } else { y };
    let mut least = [f64::INFINITY; LANES];
    for (a, b) in a.iter().zip(b) {
        for ((least, a), b) in least.iter_mut().zip(a).zip(b) {
            *least = less(a + b, *least);
        }
    }
    let rest = rest_a.iter().zip(rest_b).map(|(a, b)| a + b);
    least.into_iter().chain(rest).fold(f64::INFINITY, less)
}

/// Keeps cosines from −1 to 1, or makes them one less these, and says which is largest, or 0 if all
/// are negative.
#[multiversion(targets = "simd")]
pub(crate) fn clamp_cosines<T: Real>(cosines: &mut [T], inverse: bool) -> f64 {
    let more = |x: T, y: T| if x > y { x } else { y };
    let less = |x: T, y: T| if x < y { x } else { y };
    let (least, one) = (T::of(-1.0), T::one());
    let finish = |cosine: &mut T| {
        let value = less(more(*cosine, least), one);
        *cosine = if inverse { one - value } else { value };
        value
    };
    let (lanes, rest) = cosines.as_chunks_mut::<LANES>();
    let mut most = [T::zero(); LANES];
    for lane in lanes {
        for (most, cosine) in most.iter_mut().zip(lane) {
            *most = more(finish(cosine), *most);
        }
    }
    most.into_iter().chain(rest.iter_mut().map(finish)).fold(T::zero(), more).into()
}

/// From products `xy` and squares `x²`, `y²` to `x² + y² − 2xy`; whether one of these is below the
/// share `limit` of `x² + y²`.
#[multiversion(targets = "simd")]
pub(crate) fn squares_of_differences(
    products: &mut [f64],
    own: f64,
    others: &[f64],
    limit: f64,
) -> bool {
    let mut some = false;
    for (product, other) in products.iter_mut().zip(others) {
        let norms = own + other;
        *product = norms - 2.0 * *product;
        some |= *product < limit * norms;
    }
    some
}

/// Whether no value is infinite or NaN.
#[multiversion(targets = "simd")]
pub(crate) fn are_finite(values: &[f64]) -> bool {
    values.iter().fold(true, |all, value| all & value.is_finite())
}

/// Square roots.
#[multiversion(targets = "simd")]
pub(crate) fn take_roots(values: &mut [f64]) {
    values.iter_mut().for_each(|value| *value = value.sqrt());
}

/// Differences between values and `from`, which are added to sums too; `most` keeps the greatest
/// of either sign.
#[multiversion(targets = "simd")]
pub(crate) fn move_and_add<T: Real, F: Real>(
    out: &mut [F],
    sums: &mut [f64],
    most: &mut [f64],
    values: &[T],
    from: &[f64],
) {
    let n = out.len();
    let (sums, most, values, from) = (&mut sums[..n], &mut most[..n], &values[..n], &from[..n]);
    for i in 0..n {
        let value: f64 = values[i].into();
        let moved = value - from[i];
        out[i] = F::of(moved);
        sums[i] += moved;
        let size = moved.abs();
        most[i] = if size > most[i] { size } else { most[i] };
    }
}
