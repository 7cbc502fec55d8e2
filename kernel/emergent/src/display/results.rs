//! How results, references and text are shown.

use std::error::Error;
use std::fmt::Display;

use super::{Bundle, Failure, Show, Shown};

/// Values of a list that are shown.
const LISTED: usize = 20;

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

/// The values one below the other, at most as many as fit on a page.
impl<T: Show> Show for Vec<T> {
    fn bundle(&self) -> Bundle {
        let shown: Vec<Bundle> = self.iter().take(LISTED).map(Show::bundle).collect();
        let more = match self.len() {
            0 => "an empty list".to_owned(),
            n if n > LISTED => format!("… ({n} in all)"),
            _ => String::new(),
        };
        Bundle::of_list(&shown, &more)
    }

    fn failure(&self) -> Option<Failure> {
        self.iter().find_map(Show::failure)
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
    fn a_list_shows_its_values_below_each_other() {
        let table = |n: i64| etable::Table::new().with_column("N", vec![n; 2]).unwrap();
        let bundle = vec![table(1), table(2)].bundle();
        assert_eq!(bundle.text(), format!("{}\n{}", table(1), table(2)));
        let html = bundle.get("text/html").unwrap().as_str().unwrap();
        assert_eq!(html, format!("{}{}", table(1).to_html(), table(2).to_html()));
        let many = vec![table(3); 30].bundle();
        assert!(many.text().ends_with("… (30 in all)"));
        assert_eq!(many.get("text/html").unwrap().as_str().unwrap().matches("<table").count(), 20);
        assert_eq!(Vec::<etable::Table>::new().bundle().text(), "an empty list");
        // A drawing stands among the HTML, text in a block of its own.
        let drawn = Bundle::from_text("a <b>").with("image/svg+xml", "<svg/>");
        let bundle = vec![drawn, Bundle::from_text("a <b>")].bundle();
        let html = bundle.get("text/html").unwrap().as_str().unwrap();
        assert_eq!(html, "<div><svg/></div><pre>a &lt;b&gt;</pre>");
        let failed: Vec<Result<(), String>> = vec![Ok(()), Err("no".into())];
        assert_eq!(failed.failure().unwrap().message, "no");
    }

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
