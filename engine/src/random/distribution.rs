//! Random numbers of several distributions, by the reference's names and parameters.

use rand_distr::Distribution as _;

use super::{Rng, gaussian, uniform};
use crate::error::{EngineError, Result};
use crate::params::tree::{choices, parameters};

choices! {
    /// A kind of distribution (emergent: `erand.RndDists`); [`RandomParams`] gives the formulas.
    pub enum Distribution {
        /// Uniform around the mean.
        Uniform,
        /// Number of successes in independent trials.
        Binomial,
        /// Number of events of a given rate.
        Poisson,
        /// Gamma, such as the time of the n-th event.
        Gamma,
        /// Normal.
        Gaussian,
        /// Beta, in [0, 1].
        Beta,
        /// No randomness: the mean itself.
        Mean,
    }
}

parameters! {
    /// A distribution with its parameters (emergent: `erand.RndParams`).
    ///
    /// | `Dist` | values | limits |
    /// |---|---|---|
    /// | `Uniform` | `Mean` ± `Var`, all equally likely | |
    /// | `Gaussian` | `Mean` + `Var` · N(0, 1): `Var` is the standard deviation | |
    /// | `Binomial` | `Mean` + successes in `Par` trials of chance `Var` | `Par` ≥ 0, `Var` in [0, 1] |
    /// | `Poisson` | `Mean` + Poisson of rate `Var` | `Var` > 0 |
    /// | `Gamma` | `Mean` + gamma of shape `Par` and rate `Var` | both > 0 |
    /// | `Beta` | `Mean` + beta of `Var` and `Par` | both > 0 |
    /// | `Mean` | `Mean` | |
    ///
    /// ```
    /// use engine::random::{Distribution, RandomParams, stream};
    ///
    /// let noise = RandomParams { dist: Distribution::Gaussian, mean: 0.0, var: 0.01, par: 0.0 };
    /// let sampler = noise.sampler()?;
    /// let mut rng = stream(1, "noise", 0);
    /// let values: Vec<f64> = (0..1000).map(|_| sampler.draw(&mut rng)).collect();
    /// assert!((values.iter().sum::<f64>() / 1000.0).abs() < 0.002);
    ///
    /// let impossible = RandomParams { dist: Distribution::Poisson, var: -1.0, ..noise };
    /// assert!(impossible.sampler().unwrap_err().to_string().contains("Poisson"));
    /// # Ok::<(), engine::EngineError>(())
    /// ```
    pub struct RandomParams {
        /// Kind of distribution.
        dist: Distribution = Distribution::Uniform, "Dist";
        /// Mean of a symmetric distribution, offset of the others.
        mean: f32 = 0.0, "Mean";
        /// Spread or first parameter.
        var: f32 = 0.0, "Var";
        /// Further parameter of some distributions.
        par: f32 = 0.0, "Par";
    }
}

impl RandomParams {
    /// The distribution ready to be drawn from.
    ///
    /// # Errors
    /// [`EngineError::Setting`] if the parameters are none of the distribution's.
    pub fn sampler(&self) -> Result<Sampler> {
        let (mean, var, par) = (f64::from(self.mean), f64::from(self.var), f64::from(self.par));
        let refused = |range: &str| EngineError::Setting {
            setting: format!("the {} distribution", self.dist.name()),
            value: format!("Mean {mean}, Var {var}, Par {par}"),
            range: range.to_owned(),
        };
        if !(mean.is_finite() && var.is_finite() && par.is_finite()) {
            return Err(refused("of finite parameters"));
        }
        let shape = match self.dist {
            Distribution::Uniform => Shape::Uniform { half_range: var },
            Distribution::Gaussian => Shape::Gaussian { deviation: var },
            Distribution::Mean => Shape::Constant,
            Distribution::Binomial => {
                let trials = par.round();
                if !(0.0..=1e9).contains(&trials) {
                    return Err(refused("Par trials, 0 or more, and chance Var in [0, 1]"));
                }
                rand_distr::Binomial::new(trials as u64, var)
                    .map(Shape::Binomial)
                    .map_err(|_| refused("Par trials, 0 or more, and chance Var in [0, 1]"))?
            }
            Distribution::Poisson => rand_distr::Poisson::new(var)
                .map(Shape::Poisson)
                .map_err(|_| refused("of a rate Var above 0"))?,
            // Its second parameter is a scale, the inverse of a rate.
            Distribution::Gamma if var > 0.0 => rand_distr::Gamma::new(par, 1.0 / var)
                .map(Shape::Gamma)
                .map_err(|_| refused("of a shape Par and a rate Var above 0"))?,
            Distribution::Gamma => return Err(refused("of a shape Par and a rate Var above 0")),
            Distribution::Beta => rand_distr::Beta::new(var, par)
                .map(Shape::Beta)
                .map_err(|_| refused("of parameters Var and Par above 0"))?,
        };
        Ok(Sampler { mean, shape })
    }
}

/// A distribution that can be drawn from; see [`RandomParams::sampler`].
#[derive(Debug, Clone, Copy)]
pub struct Sampler {
    mean: f64,
    shape: Shape,
}

#[derive(Debug, Clone, Copy)]
enum Shape {
    Uniform { half_range: f64 },
    Gaussian { deviation: f64 },
    Binomial(rand_distr::Binomial),
    Poisson(rand_distr::Poisson<f64>),
    Gamma(rand_distr::Gamma<f64>),
    Beta(rand_distr::Beta<f64>),
    Constant,
}

impl Sampler {
    /// The next number.
    pub fn draw(&self, rng: &mut Rng) -> f64 {
        let beyond = match &self.shape {
            Shape::Uniform { half_range } => half_range * 2.0 * (uniform(rng) - 0.5),
            Shape::Gaussian { deviation } => deviation * gaussian(rng),
            Shape::Binomial(shape) => shape.sample(rng) as f64,
            Shape::Poisson(shape) => shape.sample(rng),
            Shape::Gamma(shape) => shape.sample(rng),
            Shape::Beta(shape) => shape.sample(rng),
            Shape::Constant => 0.0,
        };
        self.mean + beyond
    }
}

/// Whether something of this probability happens: always from 1 on, never at 0 and below.
pub fn chance(rng: &mut Rng, probability: f64) -> bool {
    uniform(rng) < probability
}

/// The index of one of several alternatives, each as likely as its weight is great; weights need
/// not add up to 1, and those below 0 or NaN count as 0.
///
/// `None` if there is nothing of a weight above 0 to choose.
pub fn choose(rng: &mut Rng, weights: &[f64]) -> Option<usize> {
    let usable = |weight: f64| if weight > 0.0 { weight } else { 0.0 };
    let total: f64 = weights.iter().map(|weight| usable(*weight)).sum();
    let mut rest = uniform(rng) * total;
    let mut last = None;
    for (index, weight) in weights.iter().enumerate() {
        if usable(*weight) > 0.0 {
            last = Some(index);
            if rest < *weight {
                break;
            }
            rest -= weight;
        }
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::stream;

    #[test]
    fn parameters_that_are_none_are_refused() {
        for (dist, var, par) in [
            (Distribution::Binomial, 1.5, 3.0),
            (Distribution::Binomial, 0.5, -3.0),
            (Distribution::Poisson, 0.0, 0.0),
            (Distribution::Gamma, 0.0, 1.0),
            (Distribution::Gamma, 1.0, -1.0),
            (Distribution::Beta, 0.0, 1.0),
            (Distribution::Gaussian, f32::NAN, 0.0),
        ] {
            let params = RandomParams { dist, mean: 0.0, var, par };
            let error = params.sampler().unwrap_err().to_string();
            assert!(error.contains(dist.name()), "{error}");
        }
    }

    #[test]
    fn alternatives_come_by_their_weight() {
        let mut rng = stream(3, "choose", 0);
        let mut counts = [0; 4];
        (0..10_000).for_each(|_| counts[choose(&mut rng, &[1.0, 0.0, 3.0, -1.0]).unwrap()] += 1);
        assert_eq!((counts[1], counts[3]), (0, 0));
        assert!((counts[0] - 2500_i32).abs() < 200, "{counts:?}");
        assert_eq!(choose(&mut rng, &[]), None);
        assert_eq!(choose(&mut rng, &[0.0, f64::NAN]), None);
        assert!(!chance(&mut rng, 0.0) && chance(&mut rng, 1.0));
    }
}
