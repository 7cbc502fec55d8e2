//! What a simulation shows to its layers.

use etable::View;

use crate::environment::{Environment, FixedTable};
use crate::error::{EngineError, Result, nearest};
use crate::layer::{Layer, LayerType};
use crate::network::{LayerId, Network};

/// What training shows.
#[derive(Debug, Clone)]
pub(super) enum Shown {
    /// The rows of a table.
    Patterns(Box<FixedTable>),
    /// The trials of an environment of the user's own.
    Own(Box<dyn Environment>),
}

impl Shown {
    pub(super) fn environment(&self) -> &dyn Environment {
        match self {
            Self::Patterns(table) => &**table,
            Self::Own(environment) => &**environment,
        }
    }

    pub(super) fn environment_mut(&mut self) -> &mut dyn Environment {
        match self {
            Self::Patterns(table) => &mut **table,
            Self::Own(environment) => &mut **environment,
        }
    }
}

/// The layers that are shown something, all but the hidden ones, each with its column, which has its
/// name.
pub(super) fn bind_columns(net: &Network, view: &View) -> Result<Vec<(LayerId, String)>> {
    let columns = view.table().column_names();
    let takes_patterns = net.layers().filter(|(_, layer)| layer.kind() != LayerType::Hidden);
    let bind = |(id, layer): (LayerId, &Layer)| match columns.contains(&layer.name()) {
        true => Ok((id, layer.name().to_owned())),
        false => Err(EngineError::NoPatterns {
            network: net.name().to_owned(),
            layer: layer.name().to_owned(),
            kind: layer.kind().name(),
            columns: columns.join(", "),
            nearest: nearest(layer.name(), columns.iter().copied()),
        }),
    };
    let bindings = takes_patterns.map(bind).collect::<Result<Vec<_>>>()?;
    match bindings.is_empty() {
        true => Err(EngineError::NothingToShow { network: net.name().to_owned() }),
        false => Ok(bindings),
    }
}

/// These layers, each bound to the element that has its name.
pub(super) fn bind_layers(net: &Network, names: &[&str]) -> Result<Vec<(LayerId, String)>> {
    let refused = |value: String| EngineError::Setting {
        setting: "the layers that patterns are shown to".to_owned(),
        value,
        range: "at least one Input, Target or Compare layer".to_owned(),
    };
    if names.is_empty() {
        return Err(refused("none".to_owned()));
    }
    let bind = |name: &&str| {
        let id = net.layer_named(name)?;
        match net.layer(id).kind() {
            LayerType::Hidden => Err(refused(format!("`{name}`, which is Hidden"))),
            _ => Ok((id, (*name).to_owned())),
        }
    };
    names.iter().map(bind).collect()
}

/// The view as an environment that shows each bound layer its column.
pub(super) fn environment(
    name: &str,
    view: View,
    net: &Network,
    bindings: &[(LayerId, String)],
) -> Result<FixedTable> {
    let elements: Vec<&str> = bindings.iter().map(|(_, column)| column.as_str()).collect();
    let environment = FixedTable::new(name, view, &elements)?;
    for (id, column) in bindings {
        let layer = net.layer(*id);
        let found: usize = environment.sizes(column)?.iter().product();
        if found != layer.n_units() {
            return Err(EngineError::InputLength {
                layer: layer.name().to_owned(),
                shape: layer.shape().to_vec(),
                expected: layer.n_units(),
                found,
            });
        }
    }
    Ok(environment)
}

/// Goes to an environment's next trial and gives each layer its pattern.
pub(super) fn show_next(
    net: &mut Network,
    bindings: &[(LayerId, String)],
    environment: &mut dyn Environment,
) -> Result<()> {
    if !environment.step() {
        return Err(EngineError::EmptyEnvironment {
            environment: environment.name().to_owned(),
            missing: "further trials",
        });
    }
    net.init_ext()?;
    for (layer, element) in bindings {
        let pattern = environment.state(element)?;
        match pattern.as_slice() {
            Some(values) => net.apply_input(*layer, values)?,
            None => net.apply_input(*layer, &pattern.iter().copied().collect::<Vec<f32>>())?,
        }
    }
    Ok(())
}
