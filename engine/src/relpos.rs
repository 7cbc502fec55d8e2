//! Where layers stand: each beside, behind or above another one, for displays.
//!
//! Positions are in units of the grid that layers are drawn on: `x` grows to the right, `y` to the
//! back, and `z` is the storey. A layer whose place nobody has said stands above the one added
//! before it, in the middle, so that a new network is a stack; the first stands at the origin.
//! [`Network::build`](crate::Network::build) computes all positions.
//!
//! ```
//! use engine::relpos::{Position, RelPos, XAlign};
//! use engine::{LayerType, Network};
//! let mut net = Network::new("two inputs");
//! let agent = net.add_layer("Agent", &[4, 6], LayerType::Input)?;
//! let relation = net.add_layer("Relation", &[2, 6], LayerType::Input)?;
//! let hidden = net.add_layer("Hidden", &[7, 7], LayerType::Hidden)?;
//! net.place(relation, RelPos { space: 2.0, ..RelPos::right_of("Agent") })?;
//! net.place(hidden, RelPos { x_align: XAlign::Right, ..RelPos::above("Agent") })?;
//! net.build()?;
//! assert_eq!(net.layer(relation).position(), Position { x: 8.0, y: 0.0, z: 0.0 });
//! assert_eq!(net.layer(hidden).position(), Position { x: -1.0, y: 1.0, z: 1.0 });
//! # Ok::<(), engine::EngineError>(())
//! ```

mod arrange;

pub use arrange::{Placement, arrange};

use crate::error::{EngineError, Result};

/// On which side of the other layer a layer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// To its right, on the same storey.
    RightOf,
    /// To its left.
    LeftOf,
    /// Farther back.
    Behind,
    /// Nearer to the viewer.
    FrontOf,
    /// One storey higher.
    Above,
    /// One storey lower.
    Below,
}

impl Relation {
    fn name(self) -> &'static str {
        match self {
            Relation::RightOf => "right of",
            Relation::LeftOf => "left of",
            Relation::Behind => "behind",
            Relation::FrontOf => "in front of",
            Relation::Above => "above",
            Relation::Below => "below",
        }
    }
}

/// Which parts are in line horizontally; for layers behind, in front, above and below.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum XAlign {
    /// The left edges.
    #[default]
    Left,
    /// The middles.
    Middle,
    /// The right edges.
    Right,
}

/// Which parts are in line in depth; for layers to the left and right, above and below.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum YAlign {
    /// The front edges.
    #[default]
    Front,
    /// The centres.
    Center,
    /// The back edges.
    Back,
}

/// The place of a layer relative to another one. See the [module](self).
#[derive(Debug, Clone, PartialEq)]
pub struct RelPos {
    /// On which side of the other layer.
    pub relation: Relation,
    /// The other layer's name.
    pub other: String,
    /// Horizontal alignment.
    pub x_align: XAlign,
    /// Alignment in depth.
    pub y_align: YAlign,
    /// Moves the layer to the right of where horizontal alignment puts it.
    pub x_offset: f32,
    /// Moves the layer to the back of where alignment in depth puts it.
    pub y_offset: f32,
    /// Units left free between the two, for all relations but above and below.
    pub space: f32,
    /// Factor of the layer's size, above 0.
    pub scale: f32,
}

impl RelPos {
    fn new(relation: Relation, other: impl Into<String>) -> Self {
        let is_stacked = matches!(relation, Relation::Above | Relation::Below);
        Self {
            relation,
            other: other.into(),
            x_align: XAlign::Left,
            y_align: YAlign::Front,
            x_offset: 0.0,
            // Stacked a little to the back, so that the lower of two equal layers is seen.
            y_offset: if is_stacked { 1.0 } else { 0.0 },
            space: 5.0,
            scale: 1.0,
        }
    }

    /// To the right of the other layer, front edges in line, 5 units apart.
    pub fn right_of(other: impl Into<String>) -> Self {
        Self::new(Relation::RightOf, other)
    }

    /// To the left of the other layer, front edges in line, 5 units apart.
    pub fn left_of(other: impl Into<String>) -> Self {
        Self::new(Relation::LeftOf, other)
    }

    /// Behind the other layer, left edges in line, 5 units apart.
    pub fn behind(other: impl Into<String>) -> Self {
        Self::new(Relation::Behind, other)
    }

    /// In front of the other layer, left edges in line, 5 units apart.
    pub fn front_of(other: impl Into<String>) -> Self {
        Self::new(Relation::FrontOf, other)
    }

    /// Above the other layer, left edges in line, front edge one unit behind the other's.
    pub fn above(other: impl Into<String>) -> Self {
        Self::new(Relation::Above, other)
    }

    /// Below the other layer, left edges in line, front edge one unit behind the other's.
    pub fn below(other: impl Into<String>) -> Self {
        Self::new(Relation::Below, other)
    }

    /// Where a layer of `size` stands beside another one, by the latter's position and size; both
    /// sizes already scaled.
    pub fn position(&self, other: Position, other_size: Size, size: Size) -> Position {
        let x = match self.x_align {
            XAlign::Left => other.x,
            XAlign::Middle => other.x + 0.5 * other_size.width - 0.5 * size.width,
            XAlign::Right => other.x + other_size.width - size.width,
        } + self.x_offset;
        let y = match self.y_align {
            YAlign::Front => other.y,
            YAlign::Center => other.y + 0.5 * other_size.depth - 0.5 * size.depth,
            YAlign::Back => other.y + other_size.depth - size.depth,
        } + self.y_offset;
        match self.relation {
            Relation::RightOf => {
                Position { x: other.x + other_size.width + self.space, y, ..other }
            }
            Relation::LeftOf => Position { x: other.x - size.width - self.space, y, ..other },
            Relation::Behind => Position { x, y: other.y + other_size.depth + self.space, ..other },
            Relation::FrontOf => Position { x, y: other.y - size.depth - self.space, ..other },
            Relation::Above => Position { x, y, z: other.z + 1.0 },
            Relation::Below => Position { x, y, z: other.z - 1.0 },
        }
    }

    /// Refuses numbers that give no position.
    pub(crate) fn check(&self, layer: &str) -> Result<()> {
        let numbers = [
            ("horizontal offset", self.x_offset, f32::MIN, "finite"),
            ("offset in depth", self.y_offset, f32::MIN, "finite"),
            ("space", self.space, f32::MIN, "finite"),
            ("scale", self.scale, f32::MIN_POSITIVE, "finite and above 0"),
        ];
        match numbers.iter().find(|(_, value, least, _)| !value.is_finite() || value < least) {
            None => Ok(()),
            Some((what, value, _, range)) => Err(EngineError::Setting {
                setting: format!("the {what} of the place of layer `{layer}`"),
                value: value.to_string(),
                range: (*range).to_owned(),
            }),
        }
    }
}

/// A place in the display of a network: the front left corner of a layer.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Position {
    /// To the right.
    pub x: f32,
    /// To the back.
    pub y: f32,
    /// The storey.
    pub z: f32,
}

impl Position {
    /// The lesser of each coordinate.
    pub(crate) fn least(self, other: Self) -> Self {
        let Self { x, y, z } = other;
        Self { x: self.x.min(x), y: self.y.min(y), z: self.z.min(z) }
    }

    /// The greater of each coordinate.
    pub(crate) fn greatest(self, other: Self) -> Self {
        let Self { x, y, z } = other;
        Self { x: self.x.max(x), y: self.y.max(y), z: self.z.max(z) }
    }
}

/// What a layer covers of its storey.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Size {
    /// From left to right.
    pub width: f32,
    /// From front to back.
    pub depth: f32,
}

impl Size {
    /// The size of a layer: its columns and rows, pools side by side, times `scale`.
    pub fn of(shape: &[usize], scale: f32) -> Self {
        let (rows, columns) = match shape {
            [rows, columns] => (*rows, *columns),
            [pools_y, pools_x, y, x] => (pools_y * y, pools_x * x),
            _ => (1, shape.iter().product()),
        };
        Self { width: columns as f32 * scale, depth: rows as f32 * scale }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn beside(relpos: RelPos) -> (f32, f32, f32) {
        let other = Position { x: 1.0, y: 2.0, z: 3.0 };
        let size = |width, depth| Size { width, depth };
        let place = relpos.position(other, size(10.0, 20.0), size(4.0, 6.0));
        (place.x, place.y, place.z)
    }

    #[test]
    fn every_relation_and_alignment() {
        let plain = |relation| RelPos { y_offset: 0.0, ..RelPos::new(relation, "Other") };
        assert_eq!(beside(plain(Relation::RightOf)), (16.0, 2.0, 3.0));
        assert_eq!(beside(plain(Relation::LeftOf)), (-8.0, 2.0, 3.0));
        assert_eq!(beside(plain(Relation::Behind)), (1.0, 27.0, 3.0));
        assert_eq!(beside(plain(Relation::FrontOf)), (1.0, -9.0, 3.0));
        assert_eq!(beside(plain(Relation::Above)), (1.0, 2.0, 4.0));
        assert_eq!(beside(plain(Relation::Below)), (1.0, 2.0, 2.0));
        assert_eq!(beside(RelPos::above("Other")), (1.0, 3.0, 4.0));
        let (middle, right) = (XAlign::Middle, XAlign::Right);
        let (center, back) = (YAlign::Center, YAlign::Back);
        assert_eq!(beside(RelPos { x_align: middle, ..plain(Relation::Behind) }).0, 4.0);
        assert_eq!(beside(RelPos { x_align: right, ..plain(Relation::FrontOf) }).0, 7.0);
        assert_eq!(beside(RelPos { y_align: center, ..plain(Relation::RightOf) }).1, 9.0);
        assert_eq!(beside(RelPos { y_align: back, ..plain(Relation::LeftOf) }).1, 16.0);
        let moved = RelPos { x_offset: 0.5, y_offset: -0.25, ..plain(Relation::Above) };
        assert_eq!(beside(moved), (1.5, 1.75, 4.0));
        // Only alignment is offset, not the distance.
        let right = RelPos { x_offset: 9.0, space: 1.0, ..plain(Relation::RightOf) };
        assert_eq!(beside(right), (12.0, 2.0, 3.0));
    }

    #[test]
    fn pools_stand_side_by_side_and_scale_shrinks() {
        assert_eq!(Size::of(&[2, 3, 4, 5], 1.0), Size { width: 15.0, depth: 8.0 });
        assert_eq!(Size::of(&[4, 6], 0.5), Size { width: 3.0, depth: 2.0 });
    }
}
