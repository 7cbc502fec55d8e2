//! Everything that goes out to Jupyter, through one door and so in order.
//!
//! Output of a cell and the reply to its request travel on different sockets. One task sends both,
//! so that a reply never leaves before the output that belongs to it.

use jupyter_zmq_client::{
    JupyterMessage, JupyterMessageContent, KernelIoPubConnection, RouterSendConnection,
    UnknownMessage,
};
use serde_json::{Value, json};
use tokio::sync::{mpsc, oneshot};

/// The socket on which a request came in and its reply goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Cells, completion and the like.
    Shell,
    /// Interrupt and shutdown.
    Control,
    /// Questions to the user.
    Stdin,
}

enum Outgoing {
    Published(Box<JupyterMessage>),
    Reply(Origin, Box<JupyterMessage>),
    Flush(oneshot::Sender<()>),
}

/// Where messages are handed in; cheap to clone.
#[derive(Clone, Debug)]
pub struct Outbox {
    sender: mpsc::UnboundedSender<Outgoing>,
}

impl std::fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Outgoing")
    }
}

fn message(kind: &str, content: Value, parent: Option<&JupyterMessage>) -> JupyterMessage {
    let content = UnknownMessage { msg_type: kind.to_owned(), content };
    JupyterMessage::new(JupyterMessageContent::UnknownMessage(content), parent)
}

impl Outbox {
    /// Starts the task that sends. Must be called within the runtime.
    pub fn start(
        mut published: KernelIoPubConnection,
        mut shell: RouterSendConnection,
        mut control: RouterSendConnection,
        mut stdin: RouterSendConnection,
    ) -> Self {
        let (sender, mut receiver) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Some(outgoing) = receiver.recv().await {
                let sent = match outgoing {
                    Outgoing::Published(message) => published.send(*message).await,
                    Outgoing::Reply(Origin::Shell, message) => shell.send(*message).await,
                    Outgoing::Reply(Origin::Control, message) => control.send(*message).await,
                    Outgoing::Reply(Origin::Stdin, message) => stdin.send(*message).await,
                    Outgoing::Flush(done) => {
                        // Whoever waited may have gone.
                        let _ = done.send(());
                        Ok(())
                    }
                };
                if let Err(error) = sent {
                    eprintln!("emergent: a message to Jupyter was lost: {error}");
                }
            }
        });
        Self { sender }
    }

    /// An outbox that leads nowhere.
    #[cfg(test)]
    pub fn unconnected() -> Self {
        Self { sender: mpsc::unbounded_channel().0 }
    }

    /// Publishes a message to all front ends.
    pub fn publish(&self, kind: &str, content: Value, parent: Option<&JupyterMessage>) {
        let message = message(kind, content, parent).with_zmq_identities(Vec::new());
        self.hand_in(Outgoing::Published(Box::new(message)));
    }

    /// Tells whether the kernel is at work: `starting`, `busy` or `idle`.
    pub fn status(&self, state: &str, parent: Option<&JupyterMessage>) {
        self.publish("status", json!({"execution_state": state}), parent);
    }

    /// Replies to a request; on [`Origin::Stdin`] asks whoever sent it.
    pub fn reply(&self, origin: Origin, kind: &str, content: Value, request: &JupyterMessage) {
        let message = message(kind, content, Some(request));
        self.hand_in(Outgoing::Reply(origin, Box::new(message)));
    }

    /// Waits until everything handed in so far has gone out.
    pub async fn flush(&self) {
        let (done, wait) = oneshot::channel();
        self.hand_in(Outgoing::Flush(done));
        let _ = wait.await;
    }

    fn hand_in(&self, outgoing: Outgoing) {
        // The task ends only with the program.
        let _ = self.sender.send(outgoing);
    }
}
