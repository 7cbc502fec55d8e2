//! Requests as they come in, with what may be missing filled in.
//!
//! The protocol lets a front end leave out parts of a request that the library insists on.

use jupyter_zmq_client::{
    JupyterMessage, JupyterMessageContent, RawMessage, Result, RouterRecvConnection, RuntimeError,
};
use serde_json::{Value, json};
use zeromq::SocketRecv;

/// Waits for the next request, and checks its signature.
pub async fn read(connection: &mut RouterRecvConnection) -> Result<JupyterMessage> {
    let parts = connection.socket.recv().await?;
    understand(RawMessage::from_multipart(parts, &connection.mac)?)
}

fn understand(raw: RawMessage) -> Result<JupyterMessage> {
    let [header, parent, metadata, content, buffers @ ..] = &raw.jparts[..] else {
        return Err(RuntimeError::InsufficientMessageParts(raw.jparts.len()));
    };
    let header: jupyter_zmq_client::Header = serde_json::from_slice(header)?;
    let mut content: Value = serde_json::from_slice(content)?;
    fill_in(&header.msg_type, &mut content);
    let content = JupyterMessageContent::from_type_and_content(&header.msg_type, content)
        .map_err(|source| RuntimeError::ParseError { msg_type: header.msg_type.clone(), source })?;
    Ok(JupyterMessage {
        header,
        // Without a parent it is empty, which is no header.
        parent_header: serde_json::from_slice(parent).ok(),
        metadata: serde_json::from_slice(metadata)?,
        content,
        buffers: buffers.to_vec(),
        channel: None,
        zmq_identities: raw.zmq_identities,
    })
}

fn fill_in(kind: &str, content: &mut Value) {
    let defaults = match kind {
        "history_request" => json!({
            "output": false, "raw": true, "unique": false, "n": 0, "start": 0, "stop": 0,
            "pattern": "*",
        }),
        "inspect_request" => json!({"detail_level": 0}),
        "execute_request" => json!({"silent": false, "store_history": true}),
        "shutdown_request" => json!({"restart": false}),
        _ => return,
    };
    if let (Some(content), Value::Object(defaults)) = (content.as_object_mut(), defaults) {
        for (key, value) in defaults {
            content.entry(key).or_insert(value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_filled_in() {
        let mut content = json!({"hist_access_type": "search", "pattern": "a*"});
        fill_in("history_request", &mut content);
        assert_eq!(content["pattern"], "a*");
        let message = JupyterMessageContent::from_type_and_content("history_request", content);
        assert!(matches!(message, Ok(JupyterMessageContent::HistoryRequest(_))));
        let mut other = json!({});
        fill_in("kernel_info_request", &mut other);
        assert_eq!(other, json!({}));
    }
}
