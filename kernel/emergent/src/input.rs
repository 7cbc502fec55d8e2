//! Asking the person at the notebook for a line of text.
//!
//! ```
//! // Outside a notebook the line comes from the terminal or, as here, from nowhere.
//! # if false {
//! let name = emergent::input::line("Name of this run: ")?;
//! println!("{name}");
//! # }
//! # Ok::<(), emergent::Error>(())
//! ```

use std::io::{BufRead, Write};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use crate::{Error, Result, channel, interrupt};

/// The environment variable that names the folder in which the kernel leaves answers.
pub const FOLDER_VARIABLE: &str = "EMERGENT_INPUT";

/// How often an answer is looked for.
const SLICE: Duration = Duration::from_millis(20);

/// Asks for a line of text and waits for it.
///
/// # Errors
/// [`Error::Message`] if nobody can be asked, as when a notebook is executed by a program, if the
/// input has ended, and if the cell is interrupted.
pub fn line(prompt: &str) -> Result<String> {
    ask(prompt, false)
}

/// As [`line()`], but what is typed does not show.
///
/// # Errors
/// As [`line()`].
pub fn password(prompt: &str) -> Result<String> {
    ask(prompt, true)
}

fn ask(prompt: &str, password: bool) -> Result<String> {
    let folder = std::env::var_os(FOLDER_VARIABLE).filter(|_| channel::in_notebook());
    let Some(folder) = folder else {
        return from_terminal(prompt);
    };
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let id = COUNT.fetch_add(1, Ordering::Relaxed);
    channel::send(&json!({"kind": "input", "id": id, "prompt": prompt, "password": password}));
    let answer = PathBuf::from(folder).join(format!("answer-{id}.json"));
    while interrupt::sleep(SLICE) {
        // The kernel puts it there in one step.
        let Ok(text) = std::fs::read_to_string(&answer) else { continue };
        // What stays behind goes with the kernel's folder.
        let _ = std::fs::remove_file(&answer);
        let answer: Value = serde_json::from_str(&text).unwrap_or_default();
        return match answer["value"].as_str() {
            Some(value) => Ok(value.to_owned()),
            None => Err(Error::Message(answer["error"].as_str().unwrap_or("no input").to_owned())),
        };
    }
    Err(Error::Message("interrupted while waiting for input".to_owned()))
}

fn from_terminal(prompt: &str) -> Result<String> {
    let ended = |error: std::io::Error| Error::Message(format!("cannot read a line: {error}"));
    let mut output = std::io::stdout().lock();
    output.write_all(prompt.as_bytes()).and_then(|()| output.flush()).map_err(ended)?;
    let mut text = String::new();
    if std::io::stdin().lock().read_line(&mut text).map_err(ended)? == 0 {
        return Err(Error::Message("cannot read a line: the input has ended".to_owned()));
    }
    Ok(text.trim_end_matches(['\n', '\r']).to_owned())
}
