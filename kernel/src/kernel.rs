//! The kernel: sockets, and an answer to every request.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::Sender;
use std::time::Duration;

use jupyter_zmq_client::{
    ConnectionInfo, JupyterMessage, JupyterMessageContent as Content, RouterRecvConnection,
    RuntimeError, create_kernel_control_connection, create_kernel_heartbeat_connection,
    create_kernel_iopub_connection, create_kernel_shell_connection, create_kernel_stdin_connection,
};
use serde_json::{Value, json};

use crate::answers::Answers;
use crate::assist::{self, Ask, Completeness, Question};
use crate::error::{KernelError, Result};
use crate::outbox::{Origin, Outbox};
use crate::session::{self, Order, SessionHandle};
use crate::shared::{GRACE, Shared};
use crate::toolchain::Toolchain;
use crate::workplace::Workplace;
use crate::{history, inbox};

/// How long the process may take to put its temporary files away at the end.
const FAREWELL: Duration = Duration::from_secs(2);
/// A socket that fails over and over must not keep a processor busy.
const PAUSE: Duration = Duration::from_millis(200);
const FAILURES: usize = 50;
/// How often a port in use is tried again, a pause apart.
const PORT_TRIES: usize = 25;

/// Runs the kernel until it is told to shut down.
///
/// # Errors
///
/// [`KernelError::File`], [`KernelError::Connection`] for the connection file,
/// [`KernelError::Socket`] if a port cannot be bound, [`KernelError::NoLibrary`] or
/// [`KernelError::NoCompiler`] if cells could not be compiled.
pub fn run(connection_file: &Path) -> Result<()> {
    let connection = read_connection(connection_file)?;
    let toolchain = Toolchain::find()?;
    let workplace = Workplace::new()?;
    toolchain.export(&workplace);
    ignore_interrupts();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|source| KernelError::Folder { source })?;
    let ended = runtime.block_on(serve(&connection, toolchain, &workplace));
    // Tasks that wait for messages would wait for ever.
    runtime.shutdown_background();
    ended
}

fn read_connection(path: &Path) -> Result<ConnectionInfo> {
    let text = std::fs::read_to_string(path).map_err(|source| KernelError::File {
        action: "read",
        path: path.to_owned(),
        source,
    })?;
    serde_json::from_str(&text)
        .map_err(|source| KernelError::Connection { path: path.to_owned(), source })
}

/// Jupyter asks by message; Ctrl-C in the terminal of JupyterLab is not meant for the kernel.
fn ignore_interrupts() {
    #[cfg(unix)]
    // SAFETY: sets a disposition of a signal; no handler is involved.
    unsafe {
        libc::signal(libc::SIGINT, libc::SIG_IGN);
    }
}

struct Kernel {
    outbox: Outbox,
    shared: Arc<Shared>,
    session: Sender<Order>,
    assistant: Sender<Ask>,
    answers: Answers,
}

/// Binds a socket, waiting a little for a port that is in use: after a restart the kernel before may
/// not have let go of it yet.
async fn bound<T, F>(create: impl Fn() -> F) -> Result<T>
where
    F: Future<Output = std::result::Result<T, RuntimeError>>,
{
    for _ in 0..PORT_TRIES {
        match create().await {
            Err(error) if is_in_use(&error) => tokio::time::sleep(PAUSE).await,
            done => return Ok(done?),
        }
    }
    Ok(create().await?)
}

/// Whether an error is that of an address which somebody else uses.
fn is_in_use(error: &RuntimeError) -> bool {
    let first: &dyn std::error::Error = error;
    let mut causes = std::iter::successors(Some(first), |error| error.source());
    causes.any(|cause| {
        let error = cause.downcast_ref::<std::io::Error>();
        error.is_some_and(|error| error.kind() == std::io::ErrorKind::AddrInUse)
    })
}

async fn serve(
    connection: &ConnectionInfo,
    toolchain: Toolchain,
    workplace: &Workplace,
) -> Result<()> {
    let id = uuid::Uuid::new_v4().to_string();
    let published = bound(|| create_kernel_iopub_connection(connection, &id)).await?;
    let shell = bound(|| create_kernel_shell_connection(connection, &id)).await?;
    let control = bound(|| create_kernel_control_connection(connection, &id)).await?;
    let stdin = bound(|| create_kernel_stdin_connection(connection, &id)).await?;
    let mut heartbeat = bound(|| create_kernel_heartbeat_connection(connection)).await?;
    tokio::spawn(async move {
        let failures = AtomicUsize::new(0);
        while failures.load(Ordering::Relaxed) < FAILURES {
            if heartbeat.single_heartbeat().await.is_err() {
                failures.fetch_add(1, Ordering::Relaxed);
                tokio::time::sleep(PAUSE).await;
            }
        }
    });
    let (shell_out, shell_in) = shell.split();
    let (control_out, control_in) = control.split();
    let (stdin_out, stdin_in) = stdin.split();
    let outbox = Outbox::start(published, shell_out, control_out, stdin_out);
    let answers = Answers::in_folder(workplace.answers());
    outbox.status("starting", None);
    let shared = Arc::new(Shared::default());
    let assistant =
        assist::start(toolchain.clone(), workplace.assist(), outbox.clone(), Arc::clone(&shared));
    let surroundings = session::Surroundings {
        probe: workplace.probe(),
        cells: workplace.cells(),
        answers: answers.clone(),
        outbox: outbox.clone(),
        shared: Arc::clone(&shared),
        assistant: assistant.clone(),
    };
    let SessionHandle { orders, thread } = session::start(toolchain, surroundings);
    let kernel = Arc::new(Kernel { outbox, shared, session: orders, assistant, answers });
    for (requests, origin) in [(shell_in, Origin::Shell), (stdin_in, Origin::Stdin)] {
        let kernel = Arc::clone(&kernel);
        tokio::spawn(async move { kernel.listen(requests, origin).await });
    }
    kernel.listen(control_in, Origin::Control).await;
    kernel.outbox.flush().await;
    kernel.end(thread).await;
    Ok(())
}

impl Kernel {
    /// Answers requests until one asks to shut down.
    async fn listen(&self, mut requests: RouterRecvConnection, origin: Origin) {
        let mut failures = 0;
        while failures < FAILURES {
            match inbox::read(&mut requests).await {
                Ok(message) => {
                    failures = 0;
                    if self.answer(message, origin) {
                        return;
                    }
                }
                Err(error) => {
                    // Not signed with the key, or of no known form: not to be answered.
                    eprintln!("emergent: a request was not understood: {error}");
                    failures += 1;
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }

    /// Answers one request; returns whether it asks to shut down.
    fn answer(&self, message: JupyterMessage, origin: Origin) -> bool {
        if let Content::ExecuteRequest(request) = &message.content {
            let request = Box::new(request.clone());
            let order = Order::Execute(Box::new(message), request);
            // The thread lives as long as the kernel.
            let _ = self.session.send(order);
            return false;
        }
        if let Content::InputReply(reply) = &message.content {
            self.answers.give(&reply.value);
            return false;
        }
        if let Content::CommOpen(comm) = &message.content {
            // There is nobody here to talk to; left without an answer, a widget would wait for ever.
            let content = json!({"comm_id": comm.comm_id, "data": {}});
            self.outbox.status("busy", Some(&message));
            self.outbox.publish("comm_close", content, Some(&message));
            self.outbox.status("idle", Some(&message));
            return false;
        }
        let asked = match &message.content {
            Content::CompleteRequest(request) => {
                Some((Question::Complete, request.code.clone(), request.cursor_pos))
            }
            Content::InspectRequest(request) => {
                Some((Question::Inspect, request.code.clone(), request.cursor_pos))
            }
            _ => None,
        };
        if let Some((question, code, position)) = asked {
            // This thread, too, lives as long as the kernel.
            let _ = self.assistant.send(Ask::Answer(Box::new(message), question, code, position));
            return false;
        }
        let Some((kind, content)) = self.reply_to(&message) else {
            return false;
        };
        self.outbox.status("busy", Some(&message));
        self.outbox.reply(origin, kind, content, &message);
        self.outbox.status("idle", Some(&message));
        matches!(message.content, Content::ShutdownRequest(_))
    }

    fn reply_to(&self, message: &JupyterMessage) -> Option<(&'static str, Value)> {
        Some(match &message.content {
            Content::KernelInfoRequest(_) => ("kernel_info_reply", kernel_info()),
            Content::IsCompleteRequest(request) => {
                let (completeness, indent) = assist::completeness(&request.code);
                let content = match completeness {
                    Completeness::Complete => json!({"status": "complete"}),
                    Completeness::Incomplete => json!({"status": "incomplete", "indent": indent}),
                    Completeness::Invalid => json!({"status": "invalid"}),
                };
                ("is_complete_reply", content)
            }
            Content::HistoryRequest(request) => {
                let history = history::found(&self.shared.history(), request);
                ("history_reply", json!({"status": "ok", "history": history}))
            }
            Content::CommInfoRequest(_) => {
                ("comm_info_reply", json!({"status": "ok", "comms": {}}))
            }
            Content::InterruptRequest(_) => {
                self.interrupt();
                ("interrupt_reply", json!({"status": "ok"}))
            }
            Content::ShutdownRequest(request) => {
                ("shutdown_reply", json!({"status": "ok", "restart": request.restart}))
            }
            _ => return None,
        })
    }

    /// Asks the running cell to stop, and ends its process if it does not.
    fn interrupt(&self) {
        if let Some(cell) = self.shared.interrupt() {
            let shared = Arc::clone(&self.shared);
            tokio::spawn(async move {
                tokio::time::sleep(GRACE).await;
                shared.end_of_grace(cell);
            });
        }
    }

    /// Ends the process of the cells and lets the session put its temporary files away.
    async fn end(&self, thread: std::thread::JoinHandle<()>) {
        let _ = self.session.send(Order::Stop);
        self.shared.kill();
        let start = std::time::Instant::now();
        while !thread.is_finished() && start.elapsed() < FAREWELL {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

fn kernel_info() -> Value {
    let version = env!("CARGO_PKG_VERSION");
    json!({
        "status": "ok",
        "protocol_version": "5.3",
        "implementation": "emergent",
        "implementation_version": version,
        "language_info": {
            "name": "rust",
            "version": env!("CARGO_PKG_RUST_VERSION"),
            "mimetype": "text/rust",
            "file_extension": ".rs",
            "pygments_lexer": "rust",
            "codemirror_mode": "rust",
            "nbconvert_exporter": "script",
        },
        "banner": format!("emergent {version}: neural models in Rust. Begin with `use emergent::prelude::*;`"),
        "help_links": [
            {"text": "Computational Cognitive Neuroscience", "url": "https://CompCogNeuro.org"},
            {"text": "The Rust Programming Language", "url": "https://doc.rust-lang.org/book/"},
            {"text": "polars", "url": "https://docs.rs/polars/latest/polars/"},
            {"text": "ndarray", "url": "https://docs.rs/ndarray/latest/ndarray/"},
        ],
        "debugger": false,
    })
}
