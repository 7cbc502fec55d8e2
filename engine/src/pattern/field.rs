//! The stretch of senders that belongs to a receiver's place, in one dimension.

use crate::error::PatternProblem;

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

/// The places that a stretch of `size` from `first` on means, in its order, as [`within`] says; a
/// stretch may be as long as it likes.
pub(super) fn stretch(
    first: i64,
    size: usize,
    max: usize,
    wrap: bool,
) -> impl Iterator<Item = usize> {
    let end = first.saturating_add(i64::try_from(size).unwrap_or(i64::MAX));
    let length = max as i64;
    // Nothing beyond means a place.
    (first.max(-length)..end.min(2 * length)).filter_map(move |place| within(place, max, wrap))
}

/// How far into such a stretch a place comes first.
pub(super) fn offset_in_stretch(
    first: i64,
    size: usize,
    max: usize,
    wrap: bool,
    wanted: usize,
) -> Option<usize> {
    let (place, length) = (wanted as i64, if wrap { max as i64 } else { 0 });
    let offsets = [place - length, place, place + length].map(|place| place.checked_sub(first));
    let offsets = offsets.into_iter().flatten().filter_map(|offset| usize::try_from(offset).ok());
    offsets.filter(|offset| *offset < size).min()
}

impl Pair<f32> {
    /// Refuses a scale that is no finite number.
    pub(super) fn check_scale(self) -> Result<(), PatternProblem> {
        let wrong = [self.y, self.x].into_iter().find(|scale| !scale.is_finite());
        wrong.map_or(Ok(()), |value| Err(PatternProblem::Scale { value }))
    }
}

/// The place within `0..max` that `place` means: itself, or the one that it comes to around the
/// edge. `None` if it lies outside and does not wrap, or is more than one length away.
fn within(place: i64, max: usize, wrap: bool) -> Option<usize> {
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
        let places = |first, size, wrap| stretch(first, size, 3, wrap).collect::<Vec<_>>();
        assert_eq!((places(-1, 3, true), places(-1, 3, false)), (vec![2, 0, 1], vec![0, 1]));
        assert_eq!(places(i64::MIN, usize::MAX, false), [0, 1, 2][..0]);
        assert_eq!(places(-3, usize::MAX, true), [0, 1, 2, 0, 1, 2, 0, 1, 2]);
        for (first, wrap) in [(-2, true), (-2, false), (1, true), (1, false), (2, true)] {
            for wanted in 0..3 {
                let plain = (0..7).find(|d| within(first + d, 3, wrap) == Some(wanted));
                let found = offset_in_stretch(first, 7, 3, wrap, wanted);
                assert_eq!(found, plain.map(|d| d as usize), "{first} {wrap} {wanted}");
            }
        }
        assert_eq!(offset_in_stretch(i64::MIN, usize::MAX, 3, false, 1), None);
        assert_eq!((distance(0.0, 4.0, 5.0, true), distance(0.0, 4.0, 5.0, false)), (1.0, 4.0));
    }
}
