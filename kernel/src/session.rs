//! The thread on which cells are looked at and run, one after another.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use jupyter_zmq_client::{ExecuteRequest, JupyterMessage};
use serde_json::{Value, json};

use crate::answers::Answers;
use crate::assist::Ask;
use crate::cell::{Cell, SessionItems, Weave};
use crate::error::Result;
use crate::evaluator::{Evaluation, Evaluator};
use crate::outbox::{Origin, Outbox};
use crate::output::{Outcome, Output};
use crate::probe::{Probe, Variable};
use crate::report::Report;
use crate::shared::{Scope, Shared};
use crate::toolchain::Toolchain;

mod commands;

use commands::Command;

/// How long to wait for the last of a cell's output.
const PATIENCE: Duration = Duration::from_millis(300);

/// What the sockets' side asks for.
#[derive(Debug)]
pub enum Order {
    /// Run a cell.
    Execute(Box<JupyterMessage>, Box<ExecuteRequest>),
    /// End the session.
    Stop,
}

/// What a session works with.
#[derive(Debug)]
pub struct Surroundings {
    /// The probe's folder.
    pub probe: PathBuf,
    /// The folder in which evcxr compiles.
    pub cells: PathBuf,
    /// Where the user's answers are left.
    pub answers: Answers,
    /// Where messages go out.
    pub outbox: Outbox,
    /// What other threads know of the session.
    pub shared: Arc<Shared>,
    /// Who is told when the session is ready.
    pub assistant: Sender<Ask>,
}

/// Starts the thread; orders are carried out in turn.
pub fn start(toolchain: Toolchain, surroundings: Surroundings) -> SessionHandle {
    let (orders, inbox) = channel();
    let thread = std::thread::spawn(move || {
        let assistant = surroundings.assistant.clone();
        Session::new(toolchain, surroundings).serve(&inbox, &assistant);
    });
    SessionHandle { orders, thread }
}

/// The other end of a session's thread.
#[derive(Debug)]
pub struct SessionHandle {
    /// Where orders are given.
    pub orders: Sender<Order>,
    /// The thread.
    pub thread: std::thread::JoinHandle<()>,
}

struct Session {
    toolchain: Toolchain,
    outbox: Outbox,
    shared: Arc<Shared>,
    output: Arc<Output>,
    /// The probe and the evaluator, or why they did not start.
    tools: Result<(Probe, Evaluator)>,
    items: SessionItems,
    variables: Vec<Variable>,
    /// Variables that were given away; for the evaluator they still exist, as `()`.
    moved: BTreeSet<String>,
    count: usize,
    serial: u64,
    clear_interrupt: bool,
    /// Whether commands of evcxr were given.
    commanded: bool,
}

impl Session {
    fn new(toolchain: Toolchain, surroundings: Surroundings) -> Self {
        let Surroundings { probe, cells, answers, outbox, shared, .. } = surroundings;
        let secret = uuid::Uuid::new_v4().simple().to_string();
        let answers_folder = answers.folder().clone();
        let output = Arc::new(Output::new(outbox.clone(), &secret, answers));
        let probe = Probe::new(toolchain.clone(), probe, &cells);
        let evaluator = Evaluator::start(&toolchain, &secret, &answers_folder, &output);
        let tools = evaluator.map(|evaluator| {
            shared.set_child(evaluator.child());
            (probe, evaluator)
        });
        Self {
            toolchain,
            outbox,
            shared,
            output,
            tools,
            items: SessionItems::default(),
            variables: Vec::new(),
            moved: BTreeSet::new(),
            count: 0,
            serial: 0,
            clear_interrupt: false,
            commanded: false,
        }
    }

    fn serve(&mut self, inbox: &Receiver<Order>, assistant: &Sender<Ask>) {
        self.publish_scope();
        let mut next = inbox.try_recv().ok();
        if let (None, Ok((_, evaluator))) = (&next, &mut self.tools) {
            evaluator.warm_up();
            // After all else, and beside the user's first thoughts. A thread that has ended cannot
            // be helped.
            let _ = assistant.send(Ask::Prepare);
        }
        while let Some(Order::Execute(message, request)) = next.take().or_else(|| inbox.recv().ok())
        {
            let failed = self.execute(&message, &request);
            // What is queued at this moment was asked for before its sender could know of the
            // failure; what comes after the reply is a new start.
            let queued: Vec<Order> = if failed.is_some() && request.stop_on_error {
                inbox.try_iter().collect()
            } else {
                Vec::new()
            };
            self.reply(&message, &request, failed.as_ref());
            self.outbox.status("idle", Some(&message));
            for order in queued {
                let Order::Execute(message, _) = order else {
                    return;
                };
                self.abort(&message);
            }
        }
    }

    /// Replies to a request that came after one that failed.
    fn abort(&self, message: &JupyterMessage) {
        self.outbox.status("busy", Some(message));
        let content = json!({
            "status": "aborted", "execution_count": self.count,
            "ename": "Aborted", "evalue": "a cell before this one failed", "traceback": [],
        });
        self.outbox.reply(Origin::Shell, "execute_reply", content, message);
        self.outbox.status("idle", Some(message));
    }

    /// Runs a cell; returns why it failed, if it did.
    fn execute(&mut self, message: &JupyterMessage, request: &ExecuteRequest) -> Option<Report> {
        self.outbox.status("busy", Some(message));
        let counted = request.store_history && !request.silent;
        if counted {
            self.count += 1;
        }
        if !request.silent {
            if counted {
                self.shared.remember(self.count, &request.code);
            }
            let content = json!({"code": request.code, "execution_count": self.count});
            self.outbox.publish("execute_input", content, Some(message));
        }
        self.serial += 1;
        self.shared.begin(self.serial);
        self.output.begin(message, request, self.count);
        let report = catch_unwind(AssertUnwindSafe(|| self.evaluate(&request.code)))
            .unwrap_or_else(|_| Some(Report::internal()));
        let ended = self.shared.end();
        self.clear_interrupt = ended.interrupted;
        report
    }

    fn reply(&self, message: &JupyterMessage, request: &ExecuteRequest, report: Option<&Report>) {
        let mut content = match report {
            None => json!({"status": "ok", "payload": [], "user_expressions": {}}),
            Some(report) => {
                let error = report.content();
                if !request.silent {
                    self.outbox.publish("error", error.clone(), Some(message));
                }
                let mut content = error;
                content["status"] = Value::from("error");
                content
            }
        };
        content["execution_count"] = Value::from(self.count);
        self.outbox.reply(Origin::Shell, "execute_reply", content, message);
    }

    /// Carries out a cell's commands and runs the rest. Returns what went wrong.
    fn evaluate(&mut self, code: &str) -> Option<Report> {
        let (commands, code) = match commands::take(code) {
            Ok(taken) => taken,
            Err(problem) => return Some(Report::plain("CommandError", &problem)),
        };
        for command in &commands {
            if let Some(report) = self.carry_out(command) {
                return Some(report);
            }
        }
        let start = Instant::now();
        let report = self.run(&code);
        if commands.contains(&Command::Time) {
            self.output.tell_time(start.elapsed());
        }
        report
    }

    /// Forgets everything and begins with a new process.
    fn clear(&mut self) -> Option<Report> {
        self.items = SessionItems::default();
        self.variables.clear();
        self.moved.clear();
        let (_, evaluator) = match &mut self.tools {
            Ok(tools) => tools,
            Err(error) => return Some(Report::plain("KernelError", &error.to_string())),
        };
        let cleared = evaluator.clear();
        self.publish_scope();
        cleared.err().map(|error| Report::plain("KernelError", &error.to_string()))
    }

    /// Looks at the cell, runs it, and keeps what it defines. Returns what went wrong.
    fn run(&mut self, code: &str) -> Option<Report> {
        let (probe, evaluator) = match &mut self.tools {
            Ok(tools) => tools,
            Err(error) => return Some(Report::plain("KernelError", &error.to_string())),
        };
        if !self.toolchain.is_unchanged() {
            return Some(Report::plain(
                "KernelError",
                "the toolkit was built anew since this kernel started; restart the kernel",
            ));
        }
        let cell = Cell::parse(code);
        if let Some((range, text)) = cell.errors.first() {
            return Some(Report::syntax(&cell, range, text));
        }
        let mut weave = Weave { clear_interrupt: self.clear_interrupt, ..Weave::default() };
        if cell.has_rust() {
            let mut findings = match probe.examine(&cell, &self.items, &self.variables) {
                Ok(findings) => findings,
                Err(error) => return Some(Report::plain("KernelError", &error.to_string())),
            };
            // A crate that a command adds may be unknown to the probe; evcxr decides.
            let undecided = cell.rust_start > 0 || self.commanded && findings.lacks_a_crate();
            if !findings.errors.is_empty() && !undecided {
                for error in &mut findings.errors {
                    error.explain_moved(&self.moved);
                }
                return Some(Report::compilation(&findings.errors));
            }
            if !findings.ignored.is_empty() {
                return Some(Report::compilation(&findings.ignored));
            }
            weave.types = findings.types;
            weave.moved = findings.moved;
        } else if cell.rust_start == 0 {
            return None;
        }
        self.commanded |= cell.rust_start > 0;
        if !self.shared.evaluate() {
            return Some(Report::plain("Interrupted", "the cell was stopped before it ran"));
        }
        let woven = cell.woven(&weave);
        let result = evaluator.run(&woven);
        if let Evaluation::Died(text) = &result {
            let ended = self.shared.end();
            let lost: Vec<_> =
                self.variables.iter().map(|variable| variable.name.clone()).collect();
            self.variables.clear();
            self.moved.clear();
            let text = self.output.without_messages(text);
            let report = Report::died(&text, ended.killed, &lost);
            let report = match evaluator.initialise() {
                Ok(()) => report,
                Err(error) => report.and(&error.to_string()),
            };
            self.publish_scope();
            return Some(report);
        }
        let outcome = if cell.has_rust() && !matches!(result, Evaluation::Refused(_)) {
            self.output.outcome(PATIENCE)
        } else {
            Outcome { ended: true, ..Outcome::default() }
        };
        let source = evaluator.last_source();
        let report = match result {
            Evaluation::Done(data) => {
                self.show(data);
                let report = Report::of_outcome(&outcome, &cell, &woven, &source);
                // A thread of the cell's was stopped, and the cell with it.
                let silent = outcome.error.is_none() && outcome.panic.is_none();
                match report {
                    Some(_) if silent && self.shared.is_interrupted() => {
                        Some(Report::plain("Interrupted", emergent::cell::STOPPED))
                    }
                    report => report,
                }
            }
            Evaluation::Refused(text) => Some(Report::plain("CompilationError", &text)),
            Evaluation::Died(_) => None,
        };
        let refused = report.is_some()
            && !outcome.ended
            && outcome.error.is_none()
            && outcome.panic.is_none();
        if !refused {
            self.items.apply(&cell.items);
        }
        let before: Vec<_> = self.variables.iter().map(|variable| variable.name.clone()).collect();
        if let Ok((probe, _)) = &mut self.tools {
            probe.add_dependencies(&cell);
        }
        self.remember(&cell, &weave);
        self.publish_scope();
        let gone = |name: &String| !self.variables.iter().any(|variable| variable.name == *name);
        let lost: Vec<_> = before.into_iter().filter(gone).collect();
        report.map(|report| report.with_lost(&lost))
    }

    /// Shows what a command of evcxr answered.
    fn show(&self, data: BTreeMap<String, String>) {
        if data.is_empty() {
            return;
        }
        self.output.result(json!(data));
    }

    /// Brings the list of variables up to date after a cell.
    fn remember(&mut self, cell: &Cell, weave: &Weave) {
        let Ok((_, evaluator)) = &self.tools else {
            return;
        };
        self.moved.extend(weave.moved.iter().cloned());
        let bindings = cell.last_bindings();
        for binding in &bindings {
            if !weave.moved.contains(&binding.name) {
                self.moved.remove(&binding.name);
            }
        }
        let before = std::mem::take(&mut self.variables);
        for (name, type_name) in evaluator.variables() {
            if type_name == "()" && self.moved.contains(&name) {
                continue;
            }
            self.moved.remove(&name);
            let bound = bindings.iter().find(|binding| binding.name == name);
            let known = before.iter().find(|variable| variable.name == name);
            let mutable = match (bound, known) {
                (Some(binding), _) => binding.mutable,
                (None, Some(variable)) => variable.mutable,
                (None, None) => false,
            };
            self.variables.push(Variable { name, type_name, mutable });
        }
    }

    fn publish_scope(&self) {
        let crates = self.tools.as_ref().map(|(probe, _)| probe.crates()).unwrap_or_default();
        let (items, variables) = (self.items.clone(), self.variables.clone());
        self.shared.set_scope(Scope { items, variables, crates });
    }
}
