//! Layers and projections by name, type and class, and who sends to whom.

use super::{LayerId, Network, ProjectionId};
use crate::error::{EngineError, Result, nearest};
use crate::layer::{Layer, LayerType};
use crate::projection::{Projection, ProjectionType};

impl Network {
    /// The layer of that name.
    ///
    /// # Errors
    /// There is none; the error suggests the most similar name.
    pub fn layer_named(&self, name: &str) -> Result<LayerId> {
        self.layers.iter().position(|layer| layer.name() == name).map(LayerId).ok_or_else(|| {
            EngineError::UnknownLayer {
                layer: name.to_owned(),
                nearest: nearest(name, self.layers.iter().map(Layer::name)),
            }
        })
    }

    /// The projection of that name, which is `SenderToReceiver`.
    ///
    /// ```
    /// use engine::pattern::Full;
    /// use engine::{LayerType, Network, ProjectionType};
    /// let mut net = Network::new("competition");
    /// let a = net.add_layer("A", &[1, 4], LayerType::Hidden)?;
    /// let excites = net.lateral(a, Full::default())?;
    /// assert_eq!(net.projection_named("AToA")?, excites);
    /// let inhibits = net.connect(a, a, Full::default(), ProjectionType::Inhib)?;
    /// let error = net.projection_named("AToA").unwrap_err().to_string();
    /// assert!(error.contains("0 (Lateral), 1 (Inhib)"));
    /// assert_eq!(net.projection_of_type("AToA", ProjectionType::Inhib)?, inhibits);
    /// # Ok::<(), engine::EngineError>(())
    /// ```
    ///
    /// # Errors
    /// There is none, and the error suggests the most similar name; or there are several.
    pub fn projection_named(&self, name: &str) -> Result<ProjectionId> {
        self.only_projection(name, |_| true)
    }

    /// The projection of that name and type.
    ///
    /// # Errors
    /// As [`projection_named`](Self::projection_named).
    pub fn projection_of_type(&self, name: &str, kind: ProjectionType) -> Result<ProjectionId> {
        self.only_projection(name, |projection| projection.kind() == kind)
    }

    fn only_projection(
        &self,
        name: &str,
        is_meant: impl Fn(&Projection) -> bool,
    ) -> Result<ProjectionId> {
        let meant = self.projections().filter(|(_, item)| item.name() == name && is_meant(item));
        match meant.collect::<Vec<_>>()[..] {
            [(id, _)] => Ok(id),
            [] => Err(EngineError::UnknownProjection {
                projection: name.to_owned(),
                nearest: nearest(name, self.projections.iter().map(Projection::name)),
            }),
            ref several => Err(EngineError::AmbiguousProjection {
                projection: name.to_owned(),
                found: several
                    .iter()
                    .map(|(id, item)| format!("{} ({})", id.0, item.kind().name()))
                    .collect(),
            }),
        }
    }

    /// The layers of a class, such as `Hidden`, in the order they were added; the role of a layer is
    /// one of its classes.
    pub fn layers_of_class(&self, class: &str) -> Vec<LayerId> {
        let is_of = |layer: &Layer| layer.classes().split_whitespace().any(|other| other == class);
        self.layers().filter(|(_, layer)| is_of(layer)).map(|(id, _)| id).collect()
    }

    /// The layers of a type, in the order they were added.
    pub fn layers_of_type(&self, kind: LayerType) -> Vec<LayerId> {
        self.layers().filter(|(_, layer)| layer.kind() == kind).map(|(id, _)| id).collect()
    }

    /// The layers that send to this one, each once, in the order of its projections.
    ///
    /// # Errors
    /// The layer is not of this network.
    pub fn senders_to(&self, layer: LayerId) -> Result<Vec<LayerId>> {
        self.require_layer(layer)?;
        let projections = self.layer(layer).receives().iter();
        Ok(once_each(projections.map(|id| self.projection(*id).sender())))
    }

    /// The layers that receive from this one, each once, in the order of its projections.
    ///
    /// # Errors
    /// The layer is not of this network.
    pub fn receivers_of(&self, layer: LayerId) -> Result<Vec<LayerId>> {
        self.require_layer(layer)?;
        let projections = self.layer(layer).sends().iter();
        Ok(once_each(projections.map(|id| self.projection(*id).receiver())))
    }
}

/// Every layer where it comes first.
fn once_each(layers: impl Iterator<Item = LayerId>) -> Vec<LayerId> {
    layers.fold(Vec::new(), |mut found, layer| {
        if !found.contains(&layer) {
            found.push(layer);
        }
        found
    })
}
