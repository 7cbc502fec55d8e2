//! The stretch of senders that belongs to a receiver's place, in one dimension.

/// Something for the vertical and the horizontal direction.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Pair<T> {
    /// Vertical: rows.
    pub y: T,
    /// Horizontal: columns.
    pub x: T,
}

impl<T> Pair<T> {
    /// Both directions.
    pub fn new(y: T, x: T) -> Self {
        Self { y, x }
    }

    /// The same of both directions.
    pub(super) fn map<U>(self, of: impl Fn(T) -> U) -> Pair<U> {
        Pair { y: of(self.y), x: of(self.x) }
    }
}

/// The place within `0..max` that `place` means: itself, or the one that it comes to around the
/// edge. `None` if it lies outside and does not wrap, or is more than one length away.
pub(super) fn within(place: i64, max: usize, wrap: bool) -> Option<usize> {
    let max = max as i64;
    let place = match place {
        _ if (0..max).contains(&place) => place,
        _ if !wrap => return None,
        _ if place < 0 => place + max,
        _ => place - max,
    };
    (0..max).contains(&place).then_some(place as usize)
}

/// The least distance between two places, around the edge if that is shorter and `wrap`.
pub(super) fn distance(a: f32, b: f32, max: f32, wrap: bool) -> f32 {
    let straight = (a - b).abs();
    if wrap { straight.min((max - straight).abs()) } else { straight }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges() {
        assert_eq!(
            (within(2, 3, false), within(3, 3, false), within(-1, 3, false)),
            (Some(2), None, None)
        );
        assert_eq!(
            (within(3, 3, true), within(-1, 3, true), within(-4, 3, true)),
            (Some(0), Some(2), None)
        );
        assert_eq!((distance(0.0, 4.0, 5.0, true), distance(0.0, 4.0, 5.0, false)), (1.0, 4.0));
    }
}
