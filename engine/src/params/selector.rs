//! Which objects a rule is for.

use std::fmt;
use std::str::FromStr;

use crate::error::EngineError;
use crate::params::Styled;

/// Which objects a rule is for. Names are compared exactly, with the case of their letters.
///
/// ```
/// use engine::params::Selector;
///
/// assert_eq!("Layer".parse::<Selector>()?, Selector::Type("Layer".into()));
/// assert_eq!(".Back".parse::<Selector>()?, Selector::Class("Back".into()));
/// assert_eq!("#Output".parse::<Selector>()?, Selector::Name("Output".into()));
/// assert_eq!(Selector::Class("Back".into()).to_string(), ".Back");
/// assert!(".".parse::<Selector>().is_err());
/// # Ok::<(), engine::error::EngineError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Selector {
    /// All objects of a type: `Layer`, `Prjn`.
    Type(String),
    /// All objects that have the class: `.Back`.
    Class(String),
    /// The object of the name: `#Output`, `#Hidden1ToOutput`.
    Name(String),
}

impl Selector {
    /// Whether the selector matches the object.
    pub fn matches(&self, object: &dyn Styled) -> bool {
        match self {
            Self::Type(name) => object.type_name() == name,
            Self::Class(name) => object.classes().split_whitespace().any(|class| class == name),
            Self::Name(name) => object.name() == name,
        }
    }

    /// The names among which a selector of this kind chooses, of one object.
    pub(crate) fn choices<'a>(&self, object: &'a dyn Styled) -> Vec<&'a str> {
        match self {
            Self::Type(_) => vec![object.type_name()],
            Self::Class(_) => object.classes().split_whitespace().collect(),
            Self::Name(_) => vec![object.name()],
        }
    }

    /// The type, class or name that is selected, without its mark.
    pub(crate) fn bare(&self) -> &str {
        match self {
            Self::Type(name) | Self::Class(name) | Self::Name(name) => name,
        }
    }

    /// The same kind of selector for another type, class or name.
    pub(crate) fn with_bare(&self, name: String) -> Self {
        match self {
            Self::Type(_) => Self::Type(name),
            Self::Class(_) => Self::Class(name),
            Self::Name(_) => Self::Name(name),
        }
    }
}

impl FromStr for Selector {
    type Err = EngineError;

    fn from_str(text: &str) -> Result<Self, EngineError> {
        let bad = |reason: &str| EngineError::Selector {
            text: text.to_owned(),
            reason: reason.to_owned(),
        };
        let (selector, name) = match text.as_bytes().first() {
            None => return Err(bad("it is empty")),
            Some(b'.') => (Self::Class(text[1..].to_owned()), &text[1..]),
            Some(b'#') => (Self::Name(text[1..].to_owned()), &text[1..]),
            Some(_) => (Self::Type(text.to_owned()), text),
        };
        if name.is_empty() {
            return Err(bad("nothing follows the mark"));
        }
        if name.trim() != name {
            return Err(bad("it begins or ends with a space"));
        }
        let is_list = name.contains([' ', ',', '>', '.', '#']);
        if is_list && !matches!(selector, Self::Name(_)) {
            return Err(bad("a selector is one type, one class or one name"));
        }
        Ok(selector)
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Type(name) => f.write_str(name),
            Self::Class(name) => write!(f, ".{name}"),
            Self::Name(name) => write!(f, "#{name}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_selects_nothing_sensible_is_refused() {
        for text in ["", ".", "#", " Layer", "Layer ", ".Back, .Forward", ".A.B", "Layer#x", ". B"]
        {
            let error = text.parse::<Selector>().unwrap_err();
            assert!(
                matches!(&error, EngineError::Selector { text: t, .. } if t == text),
                "{error}"
            );
        }
    }

    #[test]
    fn names_may_hold_marks_and_letters_of_any_script() {
        for text in ["#Layer 1.a", "#Früh", ".Würfel", "Prjn"] {
            assert_eq!(text.parse::<Selector>().unwrap().to_string(), text);
        }
    }
}
