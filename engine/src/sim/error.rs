//! The errors of a trial and of an epoch, over all output layers and of each.

use serde::{Deserialize, Serialize};

use crate::layer::{Layer, LayerType};
use crate::network::{LayerId, Network};

/// The figures of a trial, of one layer or of all outputs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Figures {
    /// Sum of squared errors.
    pub(super) sse: f64,
    /// Mean over units.
    pub(super) mse: f64,
    /// Match of the phases; the mean over layers.
    pub(super) cos_diff: f64,
}

/// Of a layer that is no output at present.
const NONE: Figures = Figures { sse: f64::NAN, mse: f64::NAN, cos_diff: f64::NAN };

/// The error of a trial; NaN where there is no output.
#[derive(Debug, Clone)]
pub(super) struct TrialError {
    pub(super) total: Figures,
    /// Of each layer that has columns of its own.
    pub(super) layers: Vec<Figures>,
}

impl TrialError {
    /// The error of the trial that has ended: over those bound layers that are Target or Compare
    /// at present, and of each of `apart`.
    pub(super) fn of(
        net: &Network,
        bindings: &[(LayerId, String)],
        apart: &[LayerId],
        tolerance: f32,
    ) -> Self {
        let figures = |layer: &Layer| {
            let error = layer.output_error(tolerance);
            let cos_diff = f64::from(layer.cos_diff().cos);
            Figures { sse: error.sse, mse: error.mse, cos_diff }
        };
        let outputs = bindings.iter().map(|(id, _)| net.layer(*id)).filter(|l| is_output(l));
        let (mut n_layers, mut n_units, mut sse, mut cos_diff) = (0, 0, 0.0, 0.0);
        for layer in outputs {
            let figures = figures(layer);
            n_layers += 1;
            n_units += layer.n_units();
            sse += figures.sse;
            cos_diff += figures.cos_diff;
        }
        let total = match n_layers {
            0 => NONE,
            _ => Figures { sse, mse: sse / n_units as f64, cos_diff: cos_diff / n_layers as f64 },
        };
        let apart = apart.iter().map(|id| net.layer(*id));
        Self {
            total,
            layers: apart.map(|l| if is_output(l) { figures(l) } else { NONE }).collect(),
        }
    }
}

/// Whether a layer has an error.
pub(super) fn is_output(layer: &Layer) -> bool {
    matches!(layer.kind(), LayerType::Target | LayerType::Compare)
}

/// What the trials of an epoch add up to.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct EpochSums {
    trials: usize,
    errors: usize,
    sse: f64,
    avg_sse: f64,
    cos_diff: f64,
    /// Of each layer that has columns of its own.
    layers: Vec<EpochSums>,
}

/// The figures of an epoch.
#[derive(Debug, Clone, Copy)]
pub(super) struct EpochFigures {
    pub(super) sse: f64,
    pub(super) avg_sse: f64,
    pub(super) pct_err: f64,
    pub(super) cos_diff: f64,
}

impl EpochSums {
    /// Adds a trial.
    pub(super) fn add(&mut self, error: &TrialError) {
        self.add_figures(&error.total);
        self.layers.resize_with(error.layers.len(), Self::default);
        for (sums, figures) in self.layers.iter_mut().zip(&error.layers) {
            sums.add_figures(figures);
        }
    }

    fn add_figures(&mut self, figures: &Figures) {
        // No output, no error: such a trial says nothing about the layer.
        if figures.sse.is_nan() {
            return;
        }
        self.trials += 1;
        self.errors += usize::from(figures.sse > 0.0);
        self.sse += figures.sse;
        self.avg_sse += figures.mse;
        self.cos_diff += figures.cos_diff;
    }

    /// The sums of the layers that have columns of their own.
    pub(super) fn layers(&self) -> &[Self] {
        &self.layers
    }

    /// Sum of the squared errors, averages of the rest; NaN without a trial that has an error.
    pub(super) fn figures(&self) -> EpochFigures {
        if self.trials == 0 {
            let nan = f64::NAN;
            return EpochFigures { sse: nan, avg_sse: nan, pct_err: nan, cos_diff: nan };
        }
        let trials = self.trials as f64;
        EpochFigures {
            sse: self.sse,
            avg_sse: self.avg_sse / trials,
            pct_err: self.errors as f64 / trials,
            cos_diff: self.cos_diff / trials,
        }
    }
}
