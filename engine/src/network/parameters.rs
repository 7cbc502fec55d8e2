//! Parameter sheets applied to a network, and listings of its parameters.

use super::Network;
use crate::error::{EngineError, ParameterProblem, Result};
use crate::leabra::{LayerParams, ProjectionParams};
use crate::params::diff::{self, Placed, PlacedValue};
use crate::params::tree::{ParameterInfo, ParameterNode};
use crate::params::{ApplyReport, ParamDiff, ParamSheet, SheetProblem, Strictness, Styled};

impl Network {
    /// Applies a sheet to all layers and projections; anything that fits nothing is an error, and
    /// then nothing has changed.
    ///
    /// # Errors
    /// An unknown path, a value that is not allowed, a selector that matches nothing, or parameters
    /// that do not go together ([`LayerParams::check`], [`ProjectionParams::check`]).
    pub fn apply_params(&mut self, sheet: &ParamSheet) -> Result<ApplyReport> {
        self.apply_params_with(sheet, Strictness::Strict)
    }

    /// Applies a sheet, strictly or leniently.
    ///
    /// # Errors
    /// As [`apply_params`](Self::apply_params) if strict; if lenient, parameters that do not go
    /// together. Then nothing has changed.
    pub fn apply_params_with(
        &mut self,
        sheet: &ParamSheet,
        strictness: Strictness,
    ) -> Result<ApplyReport> {
        let before = self.parameters();
        let layers = self.layers.iter_mut().map(|layer| layer as &mut dyn Styled);
        let projections = self.projections.iter_mut().map(|item| item as &mut dyn Styled);
        let report = sheet.apply(layers.chain(projections), strictness)?;
        let problems: Vec<_> = self
            .contradictions()
            .map(|(object, problem)| SheetProblem::Together { object: object.to_owned(), problem })
            .collect();
        if problems.is_empty() {
            return Ok(report);
        }
        self.set_parameters(before);
        Err(EngineError::Sheet { problems })
    }

    fn parameters(&self) -> (Vec<LayerParams>, Vec<ProjectionParams>) {
        let layers = self.layers.iter().map(|layer| layer.params.clone());
        let projections = self.projections.iter().map(|projection| projection.params.clone());
        (layers.collect(), projections.collect())
    }

    fn set_parameters(&mut self, (of_layers, rest): (Vec<LayerParams>, Vec<ProjectionParams>)) {
        self.layers.iter_mut().zip(of_layers).for_each(|(layer, params)| layer.params = params);
        self.projections.iter_mut().zip(rest).for_each(|(item, params)| item.params = params);
    }

    /// The layers and projections whose parameters are not allowed or do not go together.
    fn contradictions(&self) -> impl Iterator<Item = (&str, ParameterProblem)> {
        let layers = self.layers.iter().map(|layer| (layer.name(), layer.params.check()));
        let projections = self.projections.iter().map(|item| (item.name(), item.params.check()));
        layers.chain(projections).filter_map(|(name, checked)| Some((name, checked.err()?)))
    }

    /// Checks all parameters, which may have been changed directly.
    ///
    /// # Errors
    /// The first value that is not allowed, or that does not go with another.
    pub(super) fn check_parameters(&self) -> Result<()> {
        let found = self.contradictions().next();
        found.map_or(Ok(()), |(object, problem)| {
            Err(EngineError::Parameter { object: object.to_owned(), problem })
        })
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

    /// Where the parameters of two networks differ, by layer and projection: what each really
    /// has, whatever sheets have set it. Several projections of one name are compared in their order;
    /// a layer or projection that only one network has differs in all.
    ///
    /// ```
    /// use engine::params::ParamSheet;
    /// use engine::{LayerType, Network};
    /// let mut net = Network::new("one");
    /// net.add_layer("Hidden", &[2, 2], LayerType::Hidden)?;
    /// let mut other = net.clone();
    /// other.apply_params(
    ///     &ParamSheet::new().select("Layer", &[("Layer.Inhib.Layer.Gi", "1.4")])?,
    /// )?;
    /// let differences = net.diff_parameters(&other);
    /// assert_eq!(
    ///     differences.to_string(),
    ///     "one | one\nLayer.Inhib.Layer.Gi: Hidden = 1.8 | Hidden = 1.4\n"
    /// );
    /// # Ok::<(), engine::EngineError>(())
    /// ```
    pub fn diff_parameters(&self, other: &Self) -> ParamDiff {
        ParamDiff {
            first: self.name.clone(),
            second: other.name.clone(),
            differences: diff::differences(self.placed_parameters(), other.placed_parameters()),
        }
    }

    fn placed_parameters(&self) -> Vec<Placed> {
        let listed = self.list_parameters().into_iter();
        listed.map(|(place, info)| (info.path, PlacedValue { place, value: info.value })).collect()
    }

    /// The parameters that differ from their defaults, as [`list_parameters`](Self::list_parameters).
    pub fn changed_parameters(&self) -> Vec<(String, ParameterInfo)> {
        let mut listed = self.list_parameters();
        listed.retain(|(_, info)| info.value != info.default);
        listed
    }
}
