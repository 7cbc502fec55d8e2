//! What the user answers to a cell that asks for input.
//!
//! The process of the cells waits for a file in the kernel's own folder, which only this user can
//! read: its standard input belongs to the evaluator.

use std::io::Write;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};

/// Where answers are left, and the question that is open.
#[derive(Clone, Debug)]
pub struct Answers {
    folder: PathBuf,
    open: Arc<Mutex<Option<u64>>>,
}

impl Answers {
    /// Answers left in a folder.
    pub fn in_folder(folder: PathBuf) -> Self {
        Self { folder, open: Arc::default() }
    }

    /// The folder.
    pub fn folder(&self) -> &PathBuf {
        &self.folder
    }

    /// The next answer belongs to this question.
    pub fn expect(&self, question: u64) {
        *self.open.lock().unwrap_or_else(PoisonError::into_inner) = Some(question);
    }

    /// Gives the open question its answer; one that nobody waits for is dropped.
    pub fn give(&self, value: &str) {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(question) = open {
            self.leave(question, &json!({"value": value}));
        }
    }

    /// Says that a question has no answer.
    pub fn refuse(&self, question: u64, reason: &str) {
        self.leave(question, &json!({"error": reason}));
    }

    /// The file appears whole: it is written under another name first.
    fn leave(&self, question: u64, content: &Value) {
        let path = self.folder.join(format!("answer-{question}.json"));
        let written = tempfile::NamedTempFile::new_in(&self.folder).and_then(|mut file| {
            write!(file, "{content}")?;
            file.persist(&path).map_err(|error| error.error)
        });
        if let Err(error) = written {
            eprintln!("emergent: an answer could not be handed to the cell: {error}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_goes_to_the_open_question() {
        let folder = tempfile::tempdir().unwrap();
        let answers = Answers::in_folder(folder.path().to_owned());
        answers.give("too early");
        answers.expect(3);
        answers.give("yes \"é\"");
        answers.give("too late");
        answers.refuse(4, "nobody");
        let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
        assert_eq!(read("answer-3.json"), r#"{"value":"yes \"é\""}"#);
        assert_eq!(read("answer-4.json"), r#"{"error":"nobody"}"#);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
    }
}
