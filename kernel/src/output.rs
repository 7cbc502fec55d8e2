//! What the cells' process prints: sorted into text and messages, and passed on while it runs.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jupyter_zmq_client::{ExecuteRequest, JupyterMessage};
use serde_json::{Map, Value, json};

use crate::answers::Answers;
use crate::outbox::{Origin, Outbox};

/// How a cell came out, as far as its own messages tell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// It ran to its end.
    pub ended: bool,
    /// It ended in an error or left with one.
    pub error: Option<Trouble>,
    /// It panicked, which it may have caught itself.
    pub panic: Option<Trouble>,
    /// Nothing more comes on standard error.
    pub errors_ended: bool,
    /// How long its code ran, in seconds.
    pub seconds: Option<f64>,
}

/// An error or a panic in a cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trouble {
    /// The kind of error.
    pub name: String,
    /// The message.
    pub message: String,
    /// What caused it, outermost first.
    pub causes: Vec<String>,
    /// File and line of a panic.
    pub place: Option<(String, usize)>,
    /// The number of the cell's `?` that an error came through.
    pub tried: Option<usize>,
}

/// A stream of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Output,
    /// Standard error.
    Errors,
}

#[derive(Debug, Default)]
struct State {
    cell: Option<Running>,
    outcome: Outcome,
}

#[derive(Debug)]
struct Running {
    request: JupyterMessage,
    count: usize,
    silent: bool,
    /// Whether the front end can ask its user.
    can_ask: bool,
}

/// Passes the output of the running cell on to Jupyter.
#[derive(Debug)]
pub struct Output {
    outbox: Outbox,
    mark: String,
    answers: Answers,
    state: Mutex<State>,
    changed: Condvar,
}

impl Output {
    /// Output marked as messages by the session's secret.
    pub fn new(outbox: Outbox, secret: &str, answers: Answers) -> Self {
        let mark = format!("{}{secret} ", emergent::channel::PREFIX);
        Self { outbox, mark, answers, state: Mutex::default(), changed: Condvar::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on output belongs to the cell of this request.
    pub fn begin(&self, message: &JupyterMessage, request: &ExecuteRequest, count: usize) {
        let (silent, can_ask) = (request.silent, request.allow_stdin);
        let cell = Running { request: message.clone(), count, silent, can_ask };
        *self.state() = State { cell: Some(cell), outcome: Outcome::default() };
    }

    /// Shows the cell's result.
    pub fn result(&self, data: Value) {
        self.result_with(data, Map::new());
    }

    fn result_with(&self, data: Value, metadata: Map<String, Value>) {
        let count = self.state().cell.as_ref().map_or(0, |cell| cell.count);
        let content = json!({"data": data, "metadata": metadata, "execution_count": count});
        self.publish("execute_result", content);
    }

    /// Takes lines as they come.
    pub fn lines(&self, stream: Stream, lines: impl IntoIterator<Item = String>) {
        let mut text = String::new();
        for line in lines {
            match self.split(&line) {
                None => {
                    text.push_str(&line);
                    text.push('\n');
                }
                Some((before, message)) => {
                    text.push_str(before);
                    self.text(stream, &std::mem::take(&mut text));
                    self.message(stream, message);
                }
            }
        }
        self.text(stream, &text);
    }

    /// What stands before a message on its line, and the message.
    fn split<'a>(&self, line: &'a str) -> Option<(&'a str, Value)> {
        let (before, message) = line.split_once(&self.mark)?;
        Some((before, serde_json::from_str(message).ok()?))
    }

    /// Text without the messages in it, for what evcxr quotes when the process ends.
    pub fn without_messages(&self, text: &str) -> String {
        let lines = text.lines().filter_map(|line| match line.split_once(&self.mark) {
            Some(("", _)) => None,
            Some((before, _)) => Some(before),
            None => Some(line),
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    fn text(&self, stream: Stream, text: &str) {
        if text.is_empty() {
            return;
        }
        let name = match stream {
            Stream::Output => "stdout",
            Stream::Errors => "stderr",
        };
        self.publish("stream", json!({"name": name, "text": text}));
    }

    fn publish(&self, kind: &str, content: Value) {
        let state = self.state();
        if let Some(cell) = &state.cell
            && !cell.silent
        {
            self.outbox.publish(kind, content, Some(&cell.request));
        }
    }

    fn message(&self, stream: Stream, mut message: Value) {
        let kind = message["kind"].as_str().unwrap_or_default().to_owned();
        let data = message["data"].take();
        let metadata = match message["metadata"].take() {
            Value::Object(metadata) => metadata,
            _ => Map::new(),
        };
        let id = json!({"display_id": message["id"]});
        match kind.as_str() {
            "display" | "update" => {
                let kind = if kind == "display" { "display_data" } else { "update_display_data" };
                self.publish(kind, json!({"data": data, "metadata": metadata, "transient": id}));
            }
            "result" => self.result_with(data, metadata),
            "input" => self.ask(&message),
            "clear" => self.publish("clear_output", json!({"wait": message["wait"] == true})),
            "error" => self.state().outcome.error = Some(Trouble::read(&message)),
            "panic" => {
                let mut state = self.state();
                // The first panic is the cause of those that follow.
                state.outcome.panic.get_or_insert_with(|| Trouble::read(&message));
            }
            "end" => {
                let mut state = self.state();
                match stream {
                    Stream::Output => {
                        state.outcome.ended = true;
                        state.outcome.seconds = message["seconds"].as_f64();
                    }
                    Stream::Errors => state.outcome.errors_ended = true,
                }
                self.changed.notify_all();
            }
            _ => {}
        }
    }

    /// Says how long the cell took in all, and its code of that.
    pub fn tell_time(&self, all: Duration) {
        let seconds = self.state().outcome.seconds;
        let running =
            seconds.map(|seconds| format!("{seconds:.3} s running, ")).unwrap_or_default();
        self.text(Stream::Output, &format!("{running}{:.3} s with compiling\n", all.as_secs_f64()));
    }

    /// Hands on a question of the cell to the front end.
    fn ask(&self, question: &Value) {
        let Some(id) = question["id"].as_u64() else { return };
        let state = self.state();
        match &state.cell {
            Some(cell) if cell.can_ask => {
                self.answers.expect(id);
                let content = json!({
                    "prompt": question["prompt"], "password": question["password"] == true,
                });
                self.outbox.reply(Origin::Stdin, "input_request", content, &cell.request);
            }
            _ => self
                .answers
                .refuse(id, "nobody can be asked for input here: the notebook is run by a program"),
        }
    }

    /// Waits, not longer than given, for the end of the cell's output; then says how it came out.
    pub fn outcome(&self, patience: Duration) -> Outcome {
        let start = Instant::now();
        let mut state = self.state();
        loop {
            let outcome = &state.outcome;
            let output_ended = outcome.ended || outcome.error.is_some() || outcome.panic.is_some();
            let left = patience.saturating_sub(start.elapsed());
            if output_ended && outcome.errors_ended || left.is_zero() {
                return outcome.clone();
            }
            state = self
                .changed
                .wait_timeout(state, left)
                .map(|(state, _)| state)
                .unwrap_or_else(|poisoned| poisoned.into_inner().0);
        }
    }
}

impl Trouble {
    fn read(message: &Value) -> Self {
        let text = |key: &str| message[key].as_str().unwrap_or_default().to_owned();
        let causes = message["causes"].as_array().map(Vec::as_slice).unwrap_or_default();
        let place = message["place"]["file"]
            .as_str()
            .zip(message["place"]["line"].as_u64())
            .map(|(file, line)| (file.to_owned(), line as usize));
        Self {
            name: text("ename"),
            message: text("evalue"),
            causes: causes.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            place,
            tried: message["tried"].as_u64().map(|number| number as usize),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn output() -> Output {
        Output::new(Outbox::unconnected(), "secret", Answers::in_folder("no such folder".into()))
    }

    #[test]
    fn only_the_secret_makes_a_message() {
        let output = output();
        let line =
            |secret: &str| format!("{}{secret} {{\"kind\":\"end\"}}", emergent::channel::PREFIX);
        output.lines(Stream::Output, [line("guess")]);
        assert!(!output.outcome(Duration::ZERO).ended);
        output.lines(Stream::Output, [format!("text without end{}", line("secret"))]);
        assert!(output.outcome(Duration::ZERO).ended);
        assert_eq!(output.split("plain"), None);
        let (before, _) =
            output.split(&format!("a{}", line("secret"))).map(|(b, m)| (b.to_owned(), m)).unwrap();
        assert_eq!(before, "a");
        let quoted = format!("kept\n{}\nalso{}", line("secret"), line("secret"));
        assert_eq!(output.without_messages(&quoted), "kept\nalso");
    }

    #[test]
    fn a_broken_message_is_text() {
        let output = output();
        let line = format!("{}secret {{\"kind\":", emergent::channel::PREFIX);
        assert_eq!(output.split(&line), None);
    }

    #[test]
    fn errors_and_panics_are_kept() {
        let output = output();
        let line = format!(
            "{}secret {{\"kind\":\"panic\",\"evalue\":\"boom\",\"place\":{{\"file\":\"src/lib.rs\",\"line\":7}}}}",
            emergent::channel::PREFIX
        );
        output.lines(Stream::Output, [line]);
        let panic = output.outcome(Duration::ZERO).panic.unwrap();
        assert_eq!(panic.message, "boom");
        assert_eq!(panic.place, Some(("src/lib.rs".to_owned(), 7)));
    }
}
