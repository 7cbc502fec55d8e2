//! Building: layers, where they stand, projections, and the allocation of their state.

use std::sync::Arc;

use super::{LayerId, Network, ProjectionId};
use crate::error::{EngineError, Result};
use crate::layer::{Layer, LayerType};
use crate::pattern::Pattern;
use crate::projection::{Layout, Projection, ProjectionType};
use crate::relpos::{self, Placement, Position, RelPos};

impl Network {
    /// Adds a layer of shape `[Y, X]` or `[PoolY, PoolX, UnitY, UnitX]`.
    ///
    /// # Errors
    /// The network is built already, the name is taken, or the shape is unusable.
    pub fn add_layer(&mut self, name: &str, shape: &[usize], kind: LayerType) -> Result<LayerId> {
        self.require_unbuilt()?;
        if self.layers.iter().any(|layer| layer.name() == name) {
            return Err(EngineError::DuplicateLayer { layer: name.to_owned() });
        }
        self.layers.push(Layer::new(name, shape, kind)?);
        Ok(LayerId(self.layers.len() - 1))
    }

    /// Sets where a layer stands in displays; see [`relpos`]. In a built network all positions are
    /// computed anew.
    ///
    /// # Errors
    /// A number that gives no position. In a built network also what [`build`](Self::build) would
    /// find: then nothing has changed.
    pub fn place(&mut self, layer: LayerId, relpos: RelPos) -> Result<()> {
        self.require_layer(layer)?;
        relpos.check(self.layer(layer).name())?;
        let before = self.layers[layer.0].relpos.replace(relpos);
        let arranged = if self.built { self.arrange() } else { Ok(()) };
        if arranged.is_err() {
            self.layers[layer.0].relpos = before;
        }
        arranged
    }

    /// Computes the layers' positions.
    fn arrange(&mut self) -> Result<()> {
        let placements: Vec<Placement<'_>> = self
            .layers
            .iter()
            .map(|layer| Placement {
                name: layer.name(),
                shape: layer.shape(),
                relpos: layer.relpos(),
            })
            .collect();
        let positions = relpos::arrange(&placements)?;
        for (layer, position) in self.layers.iter_mut().zip(positions) {
            layer.position = position;
        }
        Ok(())
    }

    /// The corners of the space that all layers stand in: least and greatest coordinates. Both are
    /// the origin before the network is built.
    pub fn bounds(&self) -> (Position, Position) {
        let mut layers = self.layers.iter();
        let Some(first) = layers.next() else { return Default::default() };
        layers.fold(first.corners(), |(low, high), layer| {
            let (from, to) = layer.corners();
            (low.least(from), high.greatest(to))
        })
    }

    /// Connects `sender` to `receiver` by `pattern`.
    ///
    /// # Errors
    /// The network is built already, a layer is not of this network, or the pattern does not fit.
    pub fn connect(
        &mut self,
        sender: LayerId,
        receiver: LayerId,
        pattern: impl Pattern + 'static,
        kind: ProjectionType,
    ) -> Result<ProjectionId> {
        self.connect_shared(sender, receiver, Arc::new(pattern), kind)
    }

    /// Connects `lower` to `higher` by a Forward projection and back by a Back projection of the
    /// same pattern; returns both.
    ///
    /// # Errors
    /// As [`connect`](Self::connect).
    pub fn bidirectional(
        &mut self,
        lower: LayerId,
        higher: LayerId,
        pattern: impl Pattern + 'static,
    ) -> Result<(ProjectionId, ProjectionId)> {
        let pattern: Arc<dyn Pattern> = Arc::new(pattern);
        let forward =
            self.connect_shared(lower, higher, Arc::clone(&pattern), ProjectionType::Forward)?;
        let back = self.connect_shared(higher, lower, pattern, ProjectionType::Back)?;
        Ok((forward, back))
    }

    /// Connects the units of a layer among themselves by a Lateral projection.
    ///
    /// # Errors
    /// As [`connect`](Self::connect).
    pub fn lateral(
        &mut self,
        layer: LayerId,
        pattern: impl Pattern + 'static,
    ) -> Result<ProjectionId> {
        self.connect(layer, layer, pattern, ProjectionType::Lateral)
    }

    fn connect_shared(
        &mut self,
        sender: LayerId,
        receiver: LayerId,
        pattern: Arc<dyn Pattern>,
        kind: ProjectionType,
    ) -> Result<ProjectionId> {
        self.require_unbuilt()?;
        self.require_layer(sender)?;
        self.require_layer(receiver)?;
        let name = format!("{}To{}", self.layers[sender.0].name(), self.layers[receiver.0].name());
        let of_that_name = self.projections.iter().filter(|other| other.name() == name).count();
        let identity = match of_that_name {
            0 => name.clone(),
            earlier => format!("{name}/{earlier}"),
        };
        let pattern = pattern.for_projection(&identity).unwrap_or(pattern);
        // Asked here, so that the mistake is reported where it was made.
        self.layout(&name, &*pattern, sender, receiver)?;
        let id = ProjectionId(self.projections.len());
        self.projections.push(Projection::new(name, (sender, receiver), kind, pattern));
        self.layers[sender.0].sends.push(id);
        self.layers[receiver.0].receives.push(id);
        Ok(id)
    }

    fn layout(
        &self,
        name: &str,
        pattern: &dyn Pattern,
        sender: LayerId,
        receiver: LayerId,
    ) -> Result<Layout> {
        let (from, to) = (&self.layers[sender.0], &self.layers[receiver.0]);
        pattern
            .connect(from.shape(), to.shape(), sender == receiver)
            .and_then(|connectivity| Layout::new(connectivity, from.n_units(), to.n_units()))
            .map_err(|problem| EngineError::Pattern { projection: name.to_owned(), problem })
    }

    /// Allocates neurons and synapses and computes the layers' positions; afterwards the structure
    /// is fixed.
    ///
    /// # Errors
    /// The network is built already or has no layers, a parameter is not allowed, or layers are
    /// placed relative to one that is not there or to each other in a circle.
    pub fn build(&mut self) -> Result<()> {
        self.require_unbuilt()?;
        if self.layers.is_empty() {
            return Err(EngineError::EmptyNetwork { network: self.name.clone() });
        }
        self.check_parameters()?;
        self.arrange()?;
        for index in 0..self.projections.len() {
            let projection = &self.projections[index];
            let layout = self.layout(
                projection.name(),
                projection.pattern(),
                projection.sender(),
                projection.receiver(),
            )?;
            self.projections[index].build(layout);
        }
        for layer in &mut self.layers {
            layer.build();
            layer.init_averages();
            layer.init_acts();
        }
        self.make_mail();
        self.built = true;
        Ok(())
    }
}
