//! How results, references and text are shown.

use std::error::Error;
use std::fmt::Display;

use super::{Bundle, Failure, Show, Shown};

/// `Ok` shows its value; `Err` makes the cell fail.
impl<T: Show, E: Display> Show for Result<T, E> {
    fn bundle(&self) -> Bundle {
        self.as_ref().map(Show::bundle).unwrap_or_default()
    }

    fn failure(&self) -> Option<Failure> {
        match self {
            Ok(value) => value.failure(),
            Err(error) => Some(Failure {
                name: short_type_name::<E>(),
                message: error.to_string(),
                causes: Vec::new(),
            }),
        }
    }
}

impl<T: Show> Show for Option<T> {
    fn bundle(&self) -> Bundle {
        match self {
            Some(value) => value.bundle(),
            None => Bundle::from_text("None"),
        }
    }
}

impl<T: Show + ?Sized> Show for &T {
    fn bundle(&self) -> Bundle {
        (**self).bundle()
    }

    fn failure(&self) -> Option<Failure> {
        (**self).failure()
    }
}

/// Shows nothing.
impl Show for () {
    fn bundle(&self) -> Bundle {
        Bundle::new()
    }
}

/// Shows nothing: what it stands for is on the page already.
impl Show for Shown {
    fn bundle(&self) -> Bundle {
        Bundle::new()
    }
}

impl Show for Bundle {
    fn bundle(&self) -> Bundle {
        self.clone()
    }
}

/// The last part of a type's path, without its parameters: `TableError`, `Error`.
pub(crate) fn short_type_name<T: ?Sized>() -> String {
    let full = std::any::type_name::<T>();
    if full.contains("dyn core::error::Error") {
        return "Error".to_owned();
    }
    let plain = full.split('<').next().unwrap_or(full);
    plain.rsplit("::").next().unwrap_or(plain).to_owned()
}

/// The messages of the errors behind an error, outermost first.
pub(crate) fn causes(error: &dyn Error) -> Vec<String> {
    let mut causes = Vec::new();
    let mut next = error.source();
    while let Some(cause) = next {
        causes.push(cause.to_string());
        next = cause.source();
    }
    causes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_a_failure_with_its_name() {
        let result: Result<(), std::num::ParseIntError> = "x".parse::<i32>().map(|_| ());
        let failure = result.failure().unwrap();
        assert_eq!(failure.name, "ParseIntError");
        assert_eq!(failure.message, "invalid digit found in string");
        assert_eq!(short_type_name::<Box<dyn Error>>(), "Error");
        assert!(Ok::<(), String>(()).failure().is_none());
    }
}
