//! Help while a cell is written: completion and inspection.
//!
//! A thread of its own answers, also while a cell runs. What can be named comes from the session's
//! [`Scope`], from the sources of the toolkit ([`Api`]) and, for what follows a dot, from the
//! compiler ([`reveal`]).

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

use emergent::prelude::{Full, LayerType, Network, ProjectionType};
use jupyter_zmq_client::JupyterMessage;
use serde_json::{Value, json};

use crate::api::{Api, Item};
use crate::outbox::{Origin, Outbox};
use crate::shared::{Scope, Shared};
use crate::toolchain::Toolchain;

mod completeness;
mod cursor;
mod markdown;
mod reveal;

pub use completeness::{Completeness, completeness};
use cursor::{Cursor, Place};
use reveal::Revealer;

const KEYWORDS: [&str; 24] = [
    "as", "break", "const", "continue", "else", "enum", "false", "fn", "for", "if", "impl", "in",
    "let", "loop", "match", "mut", "pub", "return", "struct", "trait", "true", "type", "use",
    "while",
];

/// What every Rust program can name, as far as notebooks use it.
const STANDARD: [&str; 18] = [
    "assert!",
    "assert_eq!",
    "dbg!",
    "eprintln!",
    "format!",
    "matches!",
    "panic!",
    "print!",
    "println!",
    "vec!",
    "Box",
    "Err",
    "None",
    "Ok",
    "Option",
    "Some",
    "String",
    "Vec",
];

/// What a front end asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// What can stand at the cursor.
    Complete,
    /// What the thing at the cursor is.
    Inspect,
}

/// What the thread is asked to do.
#[derive(Debug)]
pub enum Ask {
    /// Read the sources; done once, with the first request at the latest.
    Prepare,
    /// Answer a request about code, with the cursor after so many characters.
    Answer(Box<JupyterMessage>, Question, String, usize),
}

/// Starts the thread; `folder` is where it looks at cells.
pub fn start(
    toolchain: Toolchain,
    folder: PathBuf,
    outbox: Outbox,
    shared: Arc<Shared>,
) -> Sender<Ask> {
    let (sender, inbox) = channel();
    std::thread::spawn(move || serve(&inbox, toolchain, folder, &outbox, &shared));
    sender
}

fn serve(
    inbox: &Receiver<Ask>,
    toolchain: Toolchain,
    folder: PathBuf,
    outbox: &Outbox,
    shared: &Shared,
) {
    let Ok(mut next) = inbox.recv() else { return };
    let api = shared.api(&toolchain);
    let mut assistant = Assistant { api, revealer: Revealer::new(toolchain, folder) };
    loop {
        if let Ask::Answer(message, question, code, position) = next {
            outbox.status("busy", Some(&message));
            let scope = shared.scope();
            let (kind, content) = match question {
                Question::Complete => {
                    ("complete_reply", assistant.complete(&code, position, &scope))
                }
                Question::Inspect => ("inspect_reply", assistant.inspect(&code, position, &scope)),
            };
            outbox.reply(Origin::Shell, kind, content, &message);
            outbox.status("idle", Some(&message));
        }
        match inbox.recv() {
            Ok(ask) => next = ask,
            Err(_) => return,
        }
    }
}

struct Assistant<'a> {
    api: &'a Api,
    revealer: Revealer,
}

/// One thing that can stand at the cursor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Match {
    kind: &'static str,
    signature: String,
}

impl From<&Item> for Match {
    fn from(item: &Item) -> Self {
        Self { kind: item.kind.word(), signature: item.signature.clone() }
    }
}

impl Assistant<'_> {
    fn complete(&mut self, code: &str, position: usize, scope: &Scope) -> Value {
        let cursor = cursor::to_complete(code, byte_of(code, position));
        let word = &code[cursor.word.clone()];
        let mut found = self.candidates(code, &cursor, scope);
        found.retain(|name, _| name.starts_with(word) && name != word);
        let [start, end] =
            [cursor.word.start, cursor.word.end].map(|at| code[..at].chars().count());
        let types: Vec<_> = found
            .iter()
            .map(|(name, found)| {
                json!({
                    "start": start, "end": end, "text": name,
                    "type": found.kind, "signature": found.signature,
                })
            })
            .collect();
        json!({
            "status": "ok", "matches": found.keys().collect::<Vec<_>>(),
            "cursor_start": start, "cursor_end": end,
            "metadata": {"_jupyter_types_experimental": types},
        })
    }

    fn candidates(
        &mut self,
        code: &str,
        cursor: &Cursor,
        scope: &Scope,
    ) -> BTreeMap<String, Match> {
        let named = |item: &Item| (item.name.clone(), Match::from(item));
        let own = session_api(scope);
        match &cursor.place {
            Place::Member(value) => {
                let Some(known) = self.revealer.type_of(code, value, scope) else {
                    return BTreeMap::new();
                };
                let members = self.api.members(&known).into_iter().chain(own.members(&known));
                members.map(named).collect()
            }
            Place::Path(owner) => {
                let items = self.api.in_path(owner).into_iter().chain(own.in_path(owner));
                items.map(named).collect()
            }
            Place::Name => self.names(cursor, scope, &own),
            Place::Text => parameters()
                .into_iter()
                .map(|(path, about)| (path, Match { kind: "property", signature: about }))
                .collect(),
            Place::File(folder) => files(folder, &code[cursor.word.clone()]),
            Place::Nothing => BTreeMap::new(),
        }
    }

    /// Everything that has a name of its own; what is nearest comes last and hides the others.
    fn names(&self, cursor: &Cursor, scope: &Scope, own: &Api) -> BTreeMap<String, Match> {
        let plain =
            |kind: &'static str, signature: &str| Match { kind, signature: signature.to_owned() };
        let keywords = KEYWORDS.iter().map(|word| (word.to_string(), plain("keyword", "")));
        let mut found: BTreeMap<_, _> = keywords.collect();
        found.extend(STANDARD.iter().map(|name| (name.to_string(), plain("function", ""))));
        let describe =
            |api: &Api, name: &str| api.item(name).map_or_else(|| plain("module", ""), Match::from);
        found.extend(self.api.prelude().map(|name| (name.to_owned(), describe(self.api, name))));
        for name in scope.items.names() {
            let api = if own.item(name).is_some() { own } else { self.api };
            found.insert(name.to_owned(), describe(api, name));
        }
        for variable in &scope.variables {
            found.insert(variable.name.clone(), plain("instance", &short(&variable.type_name)));
        }
        found.extend(cursor.locals.iter().map(|name| (name.clone(), plain("instance", ""))));
        found
    }

    fn inspect(&mut self, code: &str, position: usize, scope: &Scope) -> Value {
        let cursor = cursor::to_inspect(code, byte_of(code, position));
        let found = cursor.and_then(|cursor| self.describe(code, &cursor, scope));
        let data =
            found.as_ref().map_or_else(|| json!({}), |(signature, docs)| forms(signature, docs));
        json!({"status": "ok", "found": found.is_some(), "data": data, "metadata": {}})
    }

    /// The declaration and documentation of what stands at the cursor.
    fn describe(&mut self, code: &str, cursor: &Cursor, scope: &Scope) -> Option<(String, String)> {
        let word = &code[cursor.word.clone()];
        let own = session_api(scope);
        let told = |item: &Item| (in_context(item), item.docs.clone());
        match &cursor.place {
            Place::Member(value) => {
                let known = self.revealer.type_of(code, value, scope)?;
                let members = self.api.members(&known).into_iter().chain(own.members(&known));
                members.into_iter().find(|item| item.name == word).map(told)
            }
            Place::Path(owner) => {
                let items = self.api.in_path(owner).into_iter().chain(own.in_path(owner));
                items.into_iter().find(|item| item.name == word).map(told)
            }
            Place::Name => {
                if let Some(variable) =
                    scope.variables.iter().find(|variable| variable.name == word)
                {
                    let mutable = if variable.mutable { "mut " } else { "" };
                    let known = short(&variable.type_name);
                    let signature = format!("let {mutable}{word}: {known}");
                    let docs = self.api.type_docs(&variable.type_name).unwrap_or_default();
                    return Some((signature, docs.to_owned()));
                }
                if KEYWORDS.contains(&word) {
                    return Some((word.to_owned(), "A keyword of Rust.".to_owned()));
                }
                own.item(word).or_else(|| self.api.item(word)).map(told)
            }
            Place::Text | Place::File(_) | Place::Nothing => None,
        }
    }
}

/// The declaration and documentation of an item, in the forms of a display.
pub fn explain(api: &Api, name: &str) -> Option<Value> {
    let item = match name.rsplit_once("::") {
        Some((owner, name)) => {
            let members = api.in_path(owner).into_iter().chain(api.members(owner));
            members.into_iter().find(|item| item.name == name)
        }
        None => api.item(name),
    };
    item.map(|item| forms(&in_context(item), &item.docs))
}

/// A line of documentation without links.
pub fn plain(docs: &str) -> String {
    markdown::for_notebook(docs)
}

fn forms(signature: &str, docs: &str) -> Value {
    let docs = markdown::for_notebook(docs);
    let plain =
        if docs.is_empty() { signature.to_owned() } else { format!("{signature}\n\n{docs}") };
    json!({
        "text/plain": plain,
        "text/markdown": format!("```rust\n{signature}\n```\n\n{docs}"),
    })
}

/// The declaration, with the type that it belongs to above it.
fn in_context(item: &Item) -> String {
    match item.owner.chars().next() {
        Some(first) if first.is_uppercase() => format!("// {}\n{}", item.owner, item.signature),
        _ => item.signature.clone(),
    }
}

/// What the cells of this session have defined.
fn session_api(scope: &Scope) -> Api {
    let mut api = Api::of_session();
    api.read("session", &scope.items.without(&[]));
    api
}

/// The paths of all parameters of layers and projections, with what they mean.
fn parameters() -> Vec<(String, String)> {
    let mut net = Network::new("parameters");
    let mut listed = || -> emergent::Result<_> {
        let from = net.add_layer("from", &[1, 1], LayerType::Input)?;
        let to = net.add_layer("to", &[1, 1], LayerType::Hidden)?;
        net.connect(from, to, Full::default(), ProjectionType::Forward)?;
        net.build()?;
        Ok(net.list_parameters())
    };
    let infos = listed().unwrap_or_default().into_iter().map(|(_, info)| info);
    infos.map(|info| (info.path, format!("{} (default {})", info.meaning, info.default))).collect()
}

/// The files and folders in a folder, as seen from where the notebook is; hidden ones only if the
/// word begins as theirs do.
fn files(folder: &str, word: &str) -> BTreeMap<String, Match> {
    let place = if folder.is_empty() { "." } else { folder };
    let entries = std::fs::read_dir(place).into_iter().flatten().flatten();
    let found = entries.filter_map(|entry| {
        let name = entry.file_name().into_string().ok()?;
        if name.starts_with('.') && !word.starts_with('.') {
            return None;
        }
        let is_folder = entry.path().is_dir();
        let kind = if is_folder { "folder" } else { "file" };
        let name = if is_folder { format!("{name}/") } else { name };
        Some((name, Match { kind, signature: String::new() }))
    });
    found.collect()
}

/// A type without the paths of its names.
pub fn short(type_name: &str) -> String {
    let mut text = String::new();
    for part in type_name.split_inclusive(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'))
    {
        text.push_str(part.rsplit_once("::").map_or(part, |(_, name)| name));
    }
    text
}

/// Jupyter counts in characters.
fn byte_of(code: &str, position: usize) -> usize {
    code.char_indices().nth(position).map_or(code.len(), |(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameter_paths_have_meanings() {
        let all = parameters();
        let (_, about) = all.iter().find(|(path, _)| path == "Layer.Inhib.Layer.Gi").unwrap();
        assert!(about.contains("default 1.8"), "{about}");
        assert!(all.iter().any(|(path, _)| path == "Prjn.Learn.Lrate"));
    }

    #[test]
    fn files_and_folders_are_offered() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("logs")).unwrap();
        for name in ["epochs.parquet", ".hidden"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        let place = format!("{}/", folder.path().display());
        let found = files(&place, "");
        assert_eq!(found.keys().collect::<Vec<_>>(), ["epochs.parquet", "logs/"]);
        assert_eq!(found["logs/"].kind, "folder");
        assert!(files(&place, ".h").contains_key(".hidden"));
        assert!(files("/no such folder/", "").is_empty());
    }

    #[test]
    fn types_are_shown_without_paths() {
        assert_eq!(short("std::vec::Vec<etable::Table>"), "Vec<Table>");
        assert_eq!(short("&'static mut a::B<(c::D, f64)>"), "&'static mut B<(D, f64)>");
    }

    #[test]
    fn positions_count_characters() {
        assert_eq!(byte_of("é + t", 1), 2);
        assert_eq!(byte_of("é", 9), 2);
    }
}
