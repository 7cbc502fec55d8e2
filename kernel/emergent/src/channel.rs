//! The line on which a cell talks to its kernel.
//!
//! A kernel runs cells in a process of its own and reads that process's standard output line by
//! line, while it runs. A message to the kernel is one such line: [`PREFIX`], a secret that the
//! kernel chose for this session, a space, and a JSON object without line breaks. Because only the
//! kernel and this process know the secret, nothing that a program prints can be taken for a
//! message by accident.
//!
//! ```
//! // Outside a notebook there is no kernel, and nothing is sent.
//! assert!(!emergent::channel::in_notebook());
//! assert!(!emergent::channel::send(&serde_json::json!({"kind": "clear", "wait": false})));
//! ```

use std::io::Write;
use std::sync::OnceLock;

use serde_json::{Value, json};

/// How every message line begins, before the session's secret.
pub const PREFIX: &str = "\u{1e}emergent ";

/// The environment variable in which the kernel hands over the session's secret.
pub const SECRET_VARIABLE: &str = "EMERGENT_CHANNEL";

fn secret() -> Option<&'static str> {
    static SECRET: OnceLock<Option<String>> = OnceLock::new();
    SECRET
        .get_or_init(|| std::env::var(SECRET_VARIABLE).ok().filter(|secret| !secret.is_empty()))
        .as_deref()
}

/// Whether this program is a cell run by the kernel.
pub fn in_notebook() -> bool {
    secret().is_some()
}

/// Sends one message to the kernel; returns whether there is one.
///
/// Output printed before stays before it: what stands in the output buffer is written first.
pub fn send(message: &Value) -> bool {
    let Some(secret) = secret() else { return false };
    let line = format!("{PREFIX}{secret} {message}\n");
    let mut output = std::io::stdout().lock();
    // A closed pipe means that the kernel has gone, and nobody is left to tell.
    let _ = output.write_all(line.as_bytes()).and_then(|()| output.flush());
    true
}

/// The line that marks, on standard error, the end of what a cell wrote there.
pub(crate) fn end_mark() -> String {
    match secret() {
        Some(secret) => format!("{PREFIX}{secret} {}", json!({"kind": "end"})),
        None => String::new(),
    }
}
