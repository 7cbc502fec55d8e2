//! How alike two names are spelt, for messages that suggest the one that was meant.
//!
//! ```
//! use etable::spelling::{edit_distance, nearest};
//!
//! assert_eq!(edit_distance("kitten", "sitting"), 3);
//! assert_eq!(nearest("actm", ["SSE", "ActM"], 1), Some("ActM"));
//! assert_eq!(nearest("Hidden", ["SSE", "ActM"], 1), None);
//! ```

/// Of the candidates the one with the smallest edit distance to `name`, letter case not counted, if
/// at most a third of the letters differ (`least` letters may differ in any case).
pub fn nearest<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
    least: usize,
) -> Option<&'a str> {
    let wanted = name.to_lowercase();
    let limit = (name.chars().count() / 3).max(least);
    candidates
        .into_iter()
        .map(|candidate| (edit_distance(&wanted, &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Levenshtein's distance: the fewest insertions, deletions and replacements of one letter.
pub fn edit_distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, &b) in right.iter().enumerate() {
            let replaced = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edit_distance_counts_single_letter_edits() {
        assert_eq!(edit_distance("", "abc"), 3);
        assert_eq!(edit_distance("same", "same"), 0);
        assert_eq!(edit_distance("SES", "SSE"), 2);
    }

    #[test]
    fn a_slip_is_near_and_a_stranger_is_not() {
        let names = ["ActM", "SSE"];
        assert_eq!(nearest("actm", names, 1), Some("ActM"));
        assert_eq!(nearest("SES", names, 1), None);
        assert_eq!(nearest("SES", names, 2), Some("SSE"));
        assert_eq!(nearest("Hiden1", ["Input", "Hidden1"], 2), Some("Hidden1"));
    }
}
