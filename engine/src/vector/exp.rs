//! The exponential function without a branch, so that a loop over it becomes vector instructions.

/// `x ln 2` for integers `x` is `x` times the sum of these; the first has zeros at its end.
const LN_2_HIGH: f64 = 6.931_471_803_691_238e-1;
const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;

/// Adding it rounds to an integer, which then stands in the last bits.
const ROUNDING: f64 = 6_755_399_441_055_744.0; // 1.5 * 2^52

/// `1/k!` for k from 13 down to 2.
const INVERSE_FACTORIALS: [f64; 12] = [
    1.0 / 6_227_020_800.0,
    1.0 / 479_001_600.0,
    1.0 / 39_916_800.0,
    1.0 / 3_628_800.0,
    1.0 / 362_880.0,
    1.0 / 40_320.0,
    1.0 / 5_040.0,
    1.0 / 720.0,
    1.0 / 120.0,
    1.0 / 24.0,
    1.0 / 6.0,
    0.5,
];

/// `e^x`, computed in `f64` and rounded to `f32`, as the reference does. `x` beyond ±100 gives
/// infinity and 0, NaN stays NaN.
///
/// With `x = k ln 2 + r`, `|r| <= ln 2 / 2`, it is `2^k` times the Taylor series of `e^r` up to
/// `r^13`, whose error is below the rounding of `f64`.
#[inline(always)]
pub(crate) fn exp(x: f32) -> f32 {
    let x = f64::from(x);
    // Comparisons that let NaN through.
    let x = if x > 100.0 { 100.0 } else { x };
    let x = if x < -110.0 { -110.0 } else { x };
    let rounded = x * std::f64::consts::LOG2_E + ROUNDING;
    let k = rounded - ROUNDING;
    let r = (x - k * LN_2_HIGH) - k * LN_2_LOW;
    let mut series = INVERSE_FACTORIALS[0];
    for factor in &INVERSE_FACTORIALS[1..] {
        series = series * r + factor;
    }
    let power = f64::from_bits(rounded.to_bits().wrapping_add(1023) << 52);
    // 1 + (r + r² ...): the small terms first.
    let value = (1.0 + (r + r * r * series)) * power;
    value as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equals_the_rounded_exponential() {
        let mut differing = 0;
        for step in -1_100_000..=1_000_000_i32 {
            let x = step as f32 * 1e-4;
            if exp(x) != f64::from(x).exp() as f32 {
                differing += 1;
            }
        }
        // Where the exact value lies within 1e-16 of the middle between two f32.
        assert!(differing <= 1, "{differing}");
    }

    #[test]
    fn limits() {
        assert_eq!(exp(0.0), 1.0);
        assert_eq!(exp(1e30), f32::INFINITY);
        assert_eq!(exp(f32::INFINITY), f32::INFINITY);
        assert_eq!(exp(-1e30), 0.0);
        assert!(exp(f32::NAN).is_nan());
    }
}
