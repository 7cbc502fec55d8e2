//! Tails of distributions.

const MOST_TERMS: usize = 500;
const PRECISION: f64 = 1e-16;

/// Probability of a |t| as great, with `degrees` of freedom.
pub(crate) fn t_two_sided(t: f64, degrees: f64) -> f64 {
    incomplete_beta(degrees / 2.0, 0.5, degrees / (degrees + t * t))
}

/// Probability of an F as great.
pub(crate) fn f_tail(f: f64, between: f64, within: f64) -> f64 {
    incomplete_beta(within / 2.0, between / 2.0, within / (within + between * f))
}

/// Probability of a |z| as great under the standard normal distribution.
pub(crate) fn normal_two_sided(z: f64) -> f64 {
    upper_gamma_half(z * z / 2.0)
}

/// ln Γ(x) for x > 0, by the approximation of Lanczos with g = 7 and nine terms.
fn ln_gamma(x: f64) -> f64 {
    const TERMS: [f64; 9] = [
        0.999_999_999_999_809_9,
        676.520_368_121_885_1,
        -1_259.139_216_722_402_8,
        771.323_428_777_653_1,
        -176.615_029_162_140_6,
        12.507_343_278_686_905,
        -0.138_571_095_265_720_12,
        9.984_369_578_019_572e-6,
        1.505_632_735_149_311_6e-7,
    ];
    if x < 0.5 {
        let sine = (std::f64::consts::PI * x).sin();
        return (std::f64::consts::PI / sine).ln() - ln_gamma(1.0 - x);
    }
    let x = x - 1.0;
    let series = TERMS[1..]
        .iter()
        .enumerate()
        .fold(TERMS[0], |sum, (index, term)| sum + term / (x + index as f64 + 1.0));
    let t = x + 7.5;
    0.5 * std::f64::consts::TAU.ln() + (x + 0.5) * t.ln() - t + series.ln()
}

/// The regularised incomplete beta function I_x(a, b), by its continued fraction (Lentz's method;
/// Press et al., *Numerical Recipes*, section 6.4).
fn incomplete_beta(a: f64, b: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    let front = (ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * x.ln() + b * (-x).ln_1p()).exp();
    if x < (a + 1.0) / (a + b + 2.0) {
        front * beta_fraction(a, b, x) / a
    } else {
        1.0 - front * beta_fraction(b, a, 1.0 - x) / b
    }
}

fn beta_fraction(a: f64, b: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let away = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut c = 1.0;
    let mut d = 1.0 / away(1.0 - (a + b) * x / (a + 1.0));
    let mut fraction = d;
    for term in 1..=MOST_TERMS {
        let m = term as f64;
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / away(1.0 + even * d);
        c = away(1.0 + even / c);
        fraction *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / away(1.0 + odd * d);
        c = away(1.0 + odd / c);
        fraction *= d * c;
        if (d * c - 1.0).abs() < PRECISION {
            break;
        }
    }
    fraction
}

/// The regularised upper incomplete gamma function Q(1/2, x), which is erfc(√x).
fn upper_gamma_half(x: f64) -> f64 {
    let front = (-x + 0.5 * x.ln() - ln_gamma(0.5)).exp();
    if x <= 0.0 {
        return 1.0;
    }
    if x < 1.5 {
        let (mut term, mut sum, mut a) = (2.0, 2.0, 0.5);
        while term > sum * PRECISION {
            a += 1.0;
            term *= x / a;
            sum += term;
        }
        return 1.0 - front * sum;
    }
    let mut b = x + 0.5;
    let (mut c, mut d) = (1e300, 1.0 / b);
    let mut fraction = d;
    for term in 1..=MOST_TERMS {
        let i = term as f64;
        let factor = -i * (i - 0.5);
        b += 2.0;
        d = 1.0 / (factor * d + b);
        c = b + factor / c;
        fraction *= d * c;
        if (d * c - 1.0).abs() < PRECISION {
            break;
        }
    }
    front * fraction
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: f64, expected: f64) {
        assert!((found - expected).abs() <= 1e-12 * expected.abs(), "{found} for {expected}");
    }

    #[test]
    fn tails_are_those_of_scipy() {
        // scipy 1.17: 2 * t.sf, f.sf, 2 * norm.sf.
        close(t_two_sided(2.0, 10.0), 0.073_388_034_770_740_37);
        close(t_two_sided(0.1, 3.5), 0.925_804_419_686_892_1);
        close(t_two_sided(40.0, 5.0), 1.841_196_217_177_295_4e-7);
        close(f_tail(3.5, 2.0, 27.0), 0.044_508_753_946_400_24);
        close(f_tail(0.2, 4.0, 5.0), 0.927_943_718_083_061_9);
        close(normal_two_sided(1.96), 0.049_995_790_296_440_95);
        close(normal_two_sided(0.3), 0.764_177_155_622_094_8);
        close(normal_two_sided(8.0), 1.244_192_114_854_348e-15);
        assert_eq!(normal_two_sided(0.0), 1.0);
        assert_eq!(t_two_sided(0.0, 4.0), 1.0);
    }
}
