//! Showing values: rich in a notebook, as text elsewhere.
//!
//! Everything in the prelude that is worth looking at implements [`Show`]. In a notebook the value
//! of a cell's last expression shows itself; [`Show::show`] shows one in the middle of a cell and
//! returns a [`Shown`], through which the same place can be changed later.
//!
//! ```
//! use emergent::prelude::*;
//!
//! let table = Table::new().with_column("Epoch", [0_i64, 1])?.with_column("SSE", [2.5, 0.0])?;
//! let bundle = table.bundle();
//! assert!(bundle.get("text/html").unwrap().as_str().unwrap().contains("<table"));
//! assert!(bundle.text().contains("2.5"));
//!
//! let shown = table.show(); // outside a notebook: prints the text
//! shown.update(&Table::new().with_column("Epoch", [2_i64])?);
//! # Ok::<(), emergent::Error>(())
//! ```

use std::sync::atomic::{AtomicU64, Ordering};

use etable::markup::escaped;
use serde_json::{Map, Value, json};

use crate::channel;

mod network;
pub(crate) mod results;
mod simulation;
mod toolkit;

/// The form of interactive figures.
pub(crate) const PLOTLY: &str = "application/vnd.plotly.v1+json";

/// One value in several forms, each named by its MIME type; a front end takes the richest it knows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bundle {
    data: Map<String, Value>,
}

impl Bundle {
    /// A bundle without any form: shows nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// A bundle of plain text.
    pub fn from_text(text: impl Into<String>) -> Self {
        Self::new().with("text/plain", text.into())
    }

    /// Adds one form. JSON types take a JSON value, all others text.
    pub fn with(mut self, mime: &str, content: impl Into<Value>) -> Self {
        self.data.insert(mime.to_owned(), content.into());
        self
    }

    /// Takes one form away.
    pub fn without(mut self, mime: &str) -> Self {
        self.data.remove(mime);
        self
    }

    /// One form.
    pub fn get(&self, mime: &str) -> Option<&Value> {
        self.data.get(mime)
    }

    /// The plain text, empty if there is none.
    pub fn text(&self) -> &str {
        self.get("text/plain").and_then(Value::as_str).unwrap_or("")
    }

    /// Several bundles one below the other, as text and as HTML, and a line at the end.
    pub(crate) fn of_list(parts: &[Self], more: &str) -> Self {
        let mut lines: Vec<&str> = parts.iter().map(|part| part.text()).collect();
        let mut html = String::new();
        for part in parts {
            let form = |mime: &str| part.get(mime).and_then(Value::as_str);
            match (form("text/html"), form("image/svg+xml")) {
                (Some(own), _) => html.push_str(own),
                (None, Some(drawing)) => html.push_str(&format!("<div>{drawing}</div>")),
                (None, None) => {
                    let lines: Vec<_> = part.text().lines().map(escaped).collect();
                    html.push_str(&format!("<pre>{}</pre>", lines.join("\n")));
                }
            }
        }
        if !more.is_empty() {
            lines.push(more);
            html.push_str(&format!("<small>{}</small>", escaped(more)));
        }
        Self::from_text(lines.join("\n")).with("text/html", html)
    }

    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.data.is_empty()
    }

    pub(crate) fn into_value(self) -> Value {
        Value::Object(self.data)
    }
}

/// A value that can show itself.
pub trait Show {
    /// The forms in which the value is shown.
    fn bundle(&self) -> Bundle;

    /// Why the value cannot be shown, if it stands for a failure; `None` for ordinary values.
    ///
    /// The kernel lets a cell that ends in such a value fail.
    fn failure(&self) -> Option<Failure> {
        None
    }

    /// Shows the value here and now; the result can replace it later.
    fn show(&self) -> Shown {
        show(self)
    }

    /// Shows the value as a cell's result; stock evcxr calls it for a last expression.
    #[doc(hidden)]
    fn evcxr_display(&self) {
        show(self);
    }
}

/// A failure as a notebook tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The kind of error, by the name of its type.
    pub name: String,
    /// The message.
    pub message: String,
    /// What caused it, outermost first.
    pub causes: Vec<String>,
}

impl Failure {
    pub(crate) fn send(&self, kind: &str) -> bool {
        self.send_with(kind, None)
    }

    /// Sends the failure with the number of the `?` through which it left the cell.
    pub(crate) fn send_with(&self, kind: &str, tried: Option<usize>) -> bool {
        channel::send(&json!({
            "kind": kind, "ename": self.name, "evalue": self.message, "causes": self.causes,
            "tried": tried,
        }))
    }
}

/// A place in the notebook where something was shown.
///
/// Dropping it leaves what is shown in place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    id: String,
}

impl Shown {
    /// Shows another value in this place. Outside a notebook prints it.
    pub fn update<S: Show + ?Sized>(&self, value: &S) {
        let bundle = value.bundle();
        if bundle.is_empty() {
            return;
        }
        if !channel::in_notebook() {
            println!("{}", bundle.text());
            return;
        }
        let send = |bundle: Bundle| {
            channel::send(&json!({"kind": "update", "id": self.id, "data": bundle.into_value()}))
        };
        // JupyterLab's renderer of plotly figures keeps the first that it drew. Where another form
        // was shown in between, it begins anew.
        if bundle.get(PLOTLY).is_some() {
            send(bundle.clone().without(PLOTLY));
        }
        send(bundle);
    }

    /// The name of this place, unique in the session.
    pub fn id(&self) -> &str {
        &self.id
    }

    pub(crate) fn fresh() -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        Self { id: format!("emergent-{}-{number}", std::process::id()) }
    }

    pub(crate) fn send(&self, kind: &str, data: Value, metadata: Value) {
        channel::send(&json!({"kind": kind, "id": self.id, "data": data, "metadata": metadata}));
    }
}

/// Shows a value here and now, as [`Show::show`] does.
pub fn show<S: Show + ?Sized>(value: &S) -> Shown {
    let shown = Shown::fresh();
    if let Some(failure) = value.failure() {
        if !failure.send("error") {
            eprintln!("{}: {}", failure.name, failure.message);
        }
        return shown;
    }
    let bundle = value.bundle();
    if bundle.is_empty() {
        return shown;
    }
    if channel::in_notebook() {
        shown.send("display", bundle.into_value(), json!({}));
    } else {
        println!("{}", bundle.text());
    }
    shown
}

/// Takes away what the cell has shown so far; with `wait` only when the next output comes, so that
/// nothing flickers. Does nothing outside a notebook.
pub fn clear_output(wait: bool) {
    channel::send(&json!({"kind": "clear", "wait": wait}));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bundles_keep_every_form() {
        let bundle = Bundle::from_text("a").with("text/html", "<b>a</b>");
        assert_eq!(bundle.text(), "a");
        assert_eq!(bundle.get("text/html"), Some(&Value::from("<b>a</b>")));
        assert!(bundle.get("image/png").is_none());
        assert!(Bundle::new().is_empty());
    }

    #[test]
    fn places_are_unique() {
        assert_ne!(Shown::fresh(), Shown::fresh());
    }
}
