//! The exponential function without a branch, so that a loop over it becomes vector instructions.

/// `x ln 2` for integers `x` is `x` times the sum of these; the first has zeros at its end.
const LN_2_HIGH: f64 = 6.931_471_803_691_238e-1;
const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;

/// Adding it rounds to an integer, which then stands in the last bits.
const ROUNDING: f64 = 6_755_399_441_055_744.0; // 1.5 * 2^52

/// Coefficients of `(e^r - 1 - r) / r²` for `|r| <= ln 2 / 2`, from the power 0 on: those with the
/// least greatest error of `e^r`, 3e-16 of it (found by Remez's algorithm).
const SERIES: [f64; 9] = [
    0.499_999_999_999_983_24,
    0.166_666_666_666_115_1,
    0.041_666_666_668_137_63,
    0.008_333_333_370_892_504,
    0.001_388_888_851_601_304_7,
    1.984_118_520_252_889_3e-4,
    2.480_193_184_554_977e-5,
    2.763_500_625_436_512_4e-6,
    2.747_678_448_506_445e-7,
];

/// `e^x`, computed in `f64` and rounded to `f32`, as the reference does. `x` beyond ±100 gives
/// infinity and 0, NaN stays NaN.
///
/// With `x = k ln 2 + r`, `|r| <= ln 2 / 2`, it is `2^k e^r`.
#[inline(always)]
pub(crate) fn exp(x: f32) -> f32 {
    // Comparisons that let NaN through.
    let x = if x > 100.0 { 100.0 } else { x };
    let x = f64::from(if x < -110.0 { -110.0 } else { x });
    let rounded = x * std::f64::consts::LOG2_E + ROUNDING;
    let k = rounded - ROUNDING;
    let r = (x - k * LN_2_HIGH) - k * LN_2_LOW;
    // Even and odd powers apart: two chains of additions, each half as long, run side by side.
    let r2 = r * r;
    let even = (((SERIES[8] * r2 + SERIES[6]) * r2 + SERIES[4]) * r2 + SERIES[2]) * r2 + SERIES[0];
    let odd = ((SERIES[7] * r2 + SERIES[5]) * r2 + SERIES[3]) * r2 + SERIES[1];
    let series = even + r * odd;
    let power = f64::from_bits(rounded.to_bits().wrapping_add(1023) << 52);
    // 1 + (r + r² ...): the small terms first.
    let value = (1.0 + (r + r2 * series)) * power;
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
