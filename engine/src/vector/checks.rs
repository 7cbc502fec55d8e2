//! Whether numbers are numbers.

use multiversion::multiversion;

/// Whether any of the values is NaN.
#[multiversion(targets = "simd")]
pub(crate) fn any_nan(values: &[f32]) -> bool {
    values.iter().fold(false, |any, value| any | value.is_nan())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nan_is_found_anywhere() {
        let mut values = [0.5_f32; 37];
        values[3] = f32::INFINITY;
        assert!(!any_nan(&values) && !any_nan(&[]));
        for place in [0, 15, 16, 36] {
            values[place] = f32::NAN;
            assert!(any_nan(&values), "{place}");
            values[place] = 0.5;
        }
    }
}
