//! Parameter sheets applied to a network, and listings of its parameters.

use super::Network;
use crate::error::Result;
use crate::params::tree::{ParameterInfo, ParameterNode};
use crate::params::{ApplyReport, ParamSheet, Strictness, Styled};

impl Network {
    /// Applies a sheet to all layers and projections; anything that fits nothing is an error, and
    /// then nothing has changed.
    ///
    /// # Errors
    /// An unknown path, a value that is not allowed, or a selector that matches nothing.
    pub fn apply_params(&mut self, sheet: &ParamSheet) -> Result<ApplyReport> {
        self.apply_params_with(sheet, Strictness::Strict)
    }

    /// Applies a sheet, strictly or leniently.
    ///
    /// # Errors
    /// As [`apply_params`](Self::apply_params) if strict.
    pub fn apply_params_with(
        &mut self,
        sheet: &ParamSheet,
        strictness: Strictness,
    ) -> Result<ApplyReport> {
        let layers = self.layers.iter_mut().map(|layer| layer as &mut dyn Styled);
        let projections = self.projections.iter_mut().map(|item| item as &mut dyn Styled);
        sheet.apply(layers.chain(projections), strictness)
    }

    /// Every parameter of every layer and projection: object and parameter.
    pub fn list_parameters(&self) -> Vec<(String, ParameterInfo)> {
        let mut listed = Vec::new();
        let mut add = |object: &str, infos: Vec<ParameterInfo>| {
            listed.extend(infos.into_iter().map(|info| (object.to_owned(), info)));
        };
        for layer in &self.layers {
            let mut infos = Vec::new();
            layer.params.list(&Default::default(), "Layer", "", &mut infos);
            add(layer.name(), infos);
        }
        for projection in &self.projections {
            let mut infos = Vec::new();
            projection.params.list(&Default::default(), "Prjn", "", &mut infos);
            add(projection.name(), infos);
        }
        listed
    }

    /// The parameters that differ from their defaults, as [`list_parameters`](Self::list_parameters).
    pub fn changed_parameters(&self) -> Vec<(String, ParameterInfo)> {
        let mut listed = self.list_parameters();
        listed.retain(|(_, info)| info.value != info.default);
        listed
    }
}
