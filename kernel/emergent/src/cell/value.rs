//! Finds out how a cell's value is shown, whatever its type.
//!
//! Rust looks for a method on a value before it looks on references to it, so implementing the
//! same method for `&&&&Value<T>`, `&&&Value<T>`, ... gives an order of preference: a type that
//! shows itself, then a result of a type with a debug form, then any debug form, then any type.

use std::fmt::{Debug, Display};

use crate::cell::{debug, send_result};
use crate::display::{Bundle, Failure, Show, results};

/// Wraps a reference to the value of a cell.
pub struct Value<'a, T: ?Sized>(pub &'a T);

/// First choice: the type shows itself.
pub trait ByShow {
    /// Sends the value.
    fn emergent_value(&self);
}

impl<T: Show + ?Sized> ByShow for &&&Value<'_, T> {
    fn emergent_value(&self) {
        match self.0.failure() {
            Some(failure) => fail(&failure),
            None => send_result(self.0.bundle()),
        }
    }
}

/// Second choice: a result whose value has a debug form.
pub trait ByResult {
    /// Sends the value.
    fn emergent_value(&self);
}

impl<T: Debug, E: Display> ByResult for &&Value<'_, Result<T, E>> {
    fn emergent_value(&self) {
        match self.0 {
            Ok(value) => send_result(debug::bundle(value)),
            Err(error) => fail(&Failure {
                name: results::short_type_name::<E>(),
                message: error.to_string(),
                causes: Vec::new(),
            }),
        }
    }
}

/// Third choice: the debug form.
pub trait ByDebug {
    /// Sends the value.
    fn emergent_value(&self);
}

impl<T: Debug + ?Sized> ByDebug for &Value<'_, T> {
    fn emergent_value(&self) {
        send_result(debug::bundle(&self.0));
    }
}

/// Last choice: the name of the type.
pub trait ByName {
    /// Sends the name.
    fn emergent_value(&self);
}

impl<T: ?Sized> ByName for Value<'_, T> {
    fn emergent_value(&self) {
        let name = std::any::type_name::<T>();
        send_result(Bundle::from_text(format!("(a value of type {name})")));
    }
}

fn fail(failure: &Failure) {
    if !failure.send("error") {
        eprintln!("{}: {}", failure.name, failure.message);
    }
}

/// Shows the value of an expression as the result of a cell.
#[doc(hidden)]
#[macro_export]
macro_rules! __emergent_value {
    ($value:expr) => {{
        #[allow(unused_imports)]
        use $crate::cell::value::{ByDebug as _, ByName as _, ByResult as _, ByShow as _};
        match $value {
            ref value => (&&&&$crate::cell::value::Value(value)).emergent_value(),
        }
    }};
}
