//! Parts of messages: the name that was probably meant, lists of problems.

/// The end of a message that suggests a name, if there is one to suggest.
pub(crate) fn hint(nearest: &Option<String>) -> String {
    nearest.as_ref().map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
}

/// Several messages as one: each on a line of its own if there is more than one.
pub(crate) fn list<T: std::fmt::Display>(problems: &[T]) -> String {
    match problems {
        [only] => only.to_string(),
        _ => problems.iter().map(|problem| format!("\n  {problem}")).collect(),
    }
}

/// The finite numbers of a range in words.
pub(crate) fn between(least: f32, most: f32) -> String {
    match (least > f32::MIN, most < f32::MAX) {
        (true, true) => format!("values from {least} to {most}"),
        (true, false) => format!("finite values of at least {least}"),
        (false, true) => format!("finite values of at most {most}"),
        (false, false) => "finite values".to_owned(),
    }
}

/// The candidate spelt most like `name`, if any is close enough to be meant.
pub(crate) fn nearest<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    etable::spelling::nearest(name, candidates, 2).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_finds_a_slip_and_refuses_a_stranger() {
        assert_eq!(nearest("Hiden1", ["Input", "Hidden1"]), Some("Hidden1".to_owned()));
        assert_eq!(nearest("Zebra", ["Input", "Hidden1"]), None);
    }
}
