//! The positions of all layers, from where each stands relative to another one.

use super::{Position, RelPos, Relation, Size, XAlign};
use crate::error::{EngineError, Result, nearest};

/// What has to be known of a layer to place it.
#[derive(Debug, Clone, Copy)]
pub struct Placement<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its shape.
    pub shape: &'a [usize],
    /// Its place, if one was given.
    pub relpos: Option<&'a RelPos>,
}

impl Placement<'_> {
    fn size(&self) -> Size {
        Size::of(self.shape, self.relpos.map_or(1.0, |relpos| relpos.scale))
    }
}

/// The positions of layers, in their order.
///
/// ```
/// use engine::relpos::{self, Placement};
/// let layer = |name, shape| Placement { name, shape, relpos: None };
/// let positions = relpos::arrange(&[layer("A", &[4, 4]), layer("B", &[2, 2])])?;
/// assert_eq!((positions[1].x, positions[1].z), (1.0, 1.0));
/// # Ok::<(), engine::EngineError>(())
/// ```
///
/// # Errors
/// [`EngineError::UnknownNeighbour`] if a layer is placed relative to one that is not there,
/// [`EngineError::CyclicPlacement`] if layers are placed relative to each other in a circle, and
/// [`EngineError::Setting`] for numbers that are not finite or a scale that is not above 0.
pub fn arrange(layers: &[Placement<'_>]) -> Result<Vec<Position>> {
    let mut neighbours = Vec::with_capacity(layers.len());
    for (index, layer) in layers.iter().enumerate() {
        neighbours.push(match layer.relpos {
            None => index.checked_sub(1),
            Some(relpos) => {
                relpos.check(layer.name)?;
                Some(neighbour(layers, layer.name, relpos)?)
            }
        });
    }
    let mut positions = vec![None; layers.len()];
    for index in 0..layers.len() {
        // From the layer along its neighbours to one that has a position, and back again.
        let mut path = vec![index];
        let mut last = index;
        while let Some(next) = neighbours[last].filter(|_| positions[last].is_none()) {
            if let Some(start) = path.iter().position(|layer| *layer == next) {
                let circle =
                    path[start..].iter().map(|layer| describe(layers, *layer, &neighbours));
                return Err(EngineError::CyclicPlacement { layers: circle.collect() });
            }
            path.push(next);
            last = next;
        }
        for layer in
            path.into_iter().rev().filter(|layer| positions[*layer].is_none()).collect::<Vec<_>>()
        {
            let position = match neighbours[layer] {
                None => Position::default(),
                Some(other) => {
                    let stacked = RelPos {
                        x_align: XAlign::Middle,
                        y_offset: 0.0,
                        ..RelPos::above(layers[other].name)
                    };
                    let relpos = layers[layer].relpos.unwrap_or(&stacked);
                    let from: Position = positions[other].unwrap_or_default();
                    relpos.position(from, layers[other].size(), layers[layer].size())
                }
            };
            positions[layer] = Some(position);
        }
    }
    Ok(positions.into_iter().map(Option::unwrap_or_default).collect())
}

fn neighbour(layers: &[Placement<'_>], layer: &str, relpos: &RelPos) -> Result<usize> {
    let names = || layers.iter().map(|layer| layer.name);
    names().position(|name| name == relpos.other).ok_or_else(|| EngineError::UnknownNeighbour {
        layer: layer.to_owned(),
        other: relpos.other.clone(),
        nearest: nearest(&relpos.other, names()),
    })
}

/// `Hidden above Input`.
fn describe(layers: &[Placement<'_>], index: usize, neighbours: &[Option<usize>]) -> String {
    let layer = &layers[index];
    let relation = layer.relpos.map_or(Relation::Above, |relpos| relpos.relation);
    let other = neighbours[index].map_or("", |other| layers[other].name);
    format!("`{}` {} `{other}`", layer.name, relation.name())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placement<'a>(name: &'a str, relpos: Option<&'a RelPos>) -> Placement<'a> {
        Placement { name, shape: &[2, 2], relpos }
    }

    #[test]
    fn a_layer_may_stand_beside_a_later_one() {
        let (first, second) = (RelPos::right_of("B"), RelPos::left_of("C"));
        let layers =
            [placement("A", Some(&first)), placement("B", Some(&second)), placement("C", None)];
        // C is above B by default, and B left of C.
        let error = arrange(&layers).unwrap_err();
        assert!(matches!(&error, EngineError::CyclicPlacement { layers } if layers.len() == 2));
        assert!(error.to_string().contains("`B` left of `C`"), "{error}");
        let third = RelPos::above("D");
        let layers = [
            placement("D", None),
            placement("A", Some(&first)),
            placement("B", Some(&second)),
            placement("C", Some(&third)),
        ];
        let positions = arrange(&layers).unwrap();
        assert_eq!(positions[3], Position { x: 0.0, y: 1.0, z: 1.0 });
        assert_eq!(positions[2], Position { x: -7.0, y: 1.0, z: 1.0 });
        assert_eq!(positions[1], Position { x: 0.0, y: 1.0, z: 1.0 });
    }

    #[test]
    fn circles_strangers_and_impossible_numbers_are_errors() {
        let own = RelPos::behind("A");
        let error = arrange(&[placement("A", Some(&own))]).unwrap_err();
        assert!(matches!(&error, EngineError::CyclicPlacement { .. }), "{error}");
        let slip = RelPos::right_of("Inptu");
        let error = arrange(&[placement("Input", None), placement("B", Some(&slip))]).unwrap_err();
        assert!(error.to_string().contains("did you mean `Input`?"), "{error}");
        for wrong in [
            RelPos { scale: 0.0, ..RelPos::above("Input") },
            RelPos { space: f32::NAN, ..RelPos::right_of("Input") },
            RelPos { x_offset: f32::INFINITY, ..RelPos::above("Input") },
        ] {
            let layers = [placement("Input", None), placement("B", Some(&wrong))];
            let error = arrange(&layers).unwrap_err();
            assert!(error.to_string().contains("`B`"), "{error}");
        }
        assert_eq!(arrange(&[]).unwrap(), []);
    }
}
