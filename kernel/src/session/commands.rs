//! Lines that begin with a colon, before the Rust of a cell: what the kernel itself can do.
//!
//! Commands that are not known here, such as `:dep`, are evcxr's.

use std::fmt::Write as _;
use std::path::Path;

use emergent::etable::markup::escaped;
use serde_json::json;

use super::Session;
use crate::api::{Api, Kind};
use crate::assist::short;
use crate::probe::Variable;
use crate::report::Report;

/// What the commands are, for `:help`.
const COMMANDS: [(&str, &str); 7] = [
    (":help [NAME]", "what there is, or what NAME is"),
    (":vars", "the variables of this session and their types"),
    (":time", "as the first line of a cell: how long the cell takes"),
    (":save FOLDER", "write every variable that is a table to FOLDER/NAME.parquet"),
    (":load FOLDER", "read every Parquet file of a folder into a variable of its name"),
    (":clear", "forget everything, as after a restart of the kernel"),
    (":dep NAME = \"VERSION\"", "use another crate"),
];

/// The crates behind `use emergent::prelude::*;`, and what is in them.
const CRATES: [(&str, &str); 4] = [
    ("etable", "Tables and their files (etable)"),
    ("engine", "Networks and their training (engine)"),
    ("analysis", "Analyses and figures (analysis)"),
    ("crate", "The notebook (emergent)"),
];

/// A command of the kernel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Command {
    Help(Option<String>),
    Variables,
    Time,
    Save(String),
    Load(String),
    Clear,
}

/// Takes the kernel's commands out of the lines before a cell's Rust; the other lines stay where
/// they are.
///
/// # Errors
///
/// What is wrong with a command.
pub(super) fn take(code: &str) -> Result<(Vec<Command>, String), String> {
    let mut commands = Vec::new();
    let mut rest = String::with_capacity(code.len());
    let mut leading = true;
    for line in code.split_inclusive('\n') {
        let text = line.trim();
        leading &= text.is_empty() || text.starts_with([':', '!']) || text.starts_with("//");
        match leading.then(|| read(text)).flatten() {
            Some(command) => {
                commands.push(command?);
                rest.push_str(if line.ends_with('\n') { "\n" } else { "" });
            }
            None => rest.push_str(line),
        }
    }
    Ok((commands, rest))
}

fn read(line: &str) -> Option<Result<Command, String>> {
    let (name, argument) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let argument = argument.trim();
    let given = |make: fn(String) -> Command| match argument {
        "" => Err(format!("`{name}` needs a folder: `{name} FOLDER`")),
        folder => Ok(make(folder.to_owned())),
    };
    Some(match name {
        ":help" => Ok(Command::Help(Some(argument.to_owned()).filter(|name| !name.is_empty()))),
        ":vars" => Ok(Command::Variables),
        ":time" => Ok(Command::Time),
        ":save" => given(Command::Save),
        ":load" => given(Command::Load),
        ":clear" => Ok(Command::Clear),
        _ => return None,
    })
}

impl Session {
    /// Carries out a command; returns what went wrong.
    pub(super) fn carry_out(&mut self, command: &Command) -> Option<Report> {
        match command {
            // Measured around the cell.
            Command::Time => None,
            Command::Help(None) => {
                self.show_table(&["", ""], &help(self.shared.api(&self.toolchain)));
                None
            }
            Command::Help(Some(name)) => self.explain(name),
            Command::Variables => {
                let told =
                    |variable: &Variable| (variable.name.clone(), short(&variable.type_name));
                let rows: Vec<_> = self.variables.iter().map(told).collect();
                self.show_table(&["variable", "type"], &rows);
                None
            }
            Command::Save(folder) => self.save(folder),
            Command::Load(folder) => self.load(folder),
            Command::Clear => self.clear(),
        }
    }

    fn explain(&self, name: &str) -> Option<Report> {
        let found = crate::assist::explain(self.shared.api(&self.toolchain), name);
        match found {
            Some(data) => self.output.result(data),
            None => {
                let text = format!("the toolkit has no `{name}`; `:help` lists what there is");
                return Some(Report::plain("CommandError", &text));
            }
        }
        None
    }

    fn save(&mut self, folder: &str) -> Option<Report> {
        let is_table = |name: &str| short(name) == "Table";
        let tables = self.variables.iter().filter(|variable| is_table(&variable.type_name));
        let names: Vec<_> = tables.map(|variable| variable.name.clone()).collect();
        if names.is_empty() {
            return Some(Report::plain(
                "CommandError",
                "no variable is a table; nothing was saved",
            ));
        }
        let mut code = format!("std::fs::create_dir_all({folder:?})?;\n");
        for name in &names {
            let path = Path::new(folder).join(format!("{name}.parquet"));
            let _ = writeln!(code, "{name}.write({path:?})?;");
        }
        let list = names.join(", ");
        let _ = writeln!(code, "println!(\"saved to {{}}: {list}\", {folder:?});");
        let others = self.variables.iter().filter(|variable| !is_table(&variable.type_name));
        let others: Vec<_> = others.map(|variable| variable.name.as_str()).collect();
        if !others.is_empty() {
            let list = others.join(", ");
            let _ = writeln!(code, "println!(\"not saved, as they are no tables: {list}\");");
        }
        self.run(&code)
    }

    fn load(&mut self, folder: &str) -> Option<Report> {
        let entries = match std::fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => {
                let text = format!("cannot read the folder `{folder}`: {error}");
                return Some(Report::plain("CommandError", &text));
            }
        };
        let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
        paths.retain(|path| path.extension().is_some_and(|extension| extension == "parquet"));
        paths.sort();
        if paths.is_empty() {
            let text = format!("the folder `{folder}` has no file NAME.parquet");
            return Some(Report::plain("CommandError", &text));
        }
        let mut code = String::new();
        let mut names = Vec::new();
        for path in &paths {
            let name = variable_name(&path.file_stem().unwrap_or_default().to_string_lossy());
            let _ = writeln!(code, "let mut {name} = emergent::etable::Table::read({path:?})?;");
            names.push(name);
        }
        let list = names.join(", ");
        let _ = writeln!(code, "println!(\"loaded from {{}}: {list}\", {folder:?});");
        self.run(&code)
    }

    fn show_table(&self, head: &[&str; 2], rows: &[(String, String)]) {
        let widest = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
        let mut text = String::new();
        let mut html = String::from("<table>");
        if !head[0].is_empty() {
            let _ = write!(html, "<tr><th>{}</th><th>{}</th></tr>", head[0], head[1]);
        }
        for (name, about) in rows {
            let _ = writeln!(text, "{name:widest$}  {about}");
            let _ = match (name.is_empty(), about.is_empty()) {
                (_, true) => write!(html, "<tr><th colspan=\"2\">{}</th></tr>", escaped(name)),
                _ => write!(
                    html,
                    "<tr><td style=\"text-align:left\"><code>{}</code></td>\
                     <td style=\"text-align:left\">{}</td></tr>",
                    escaped(name),
                    escaped(about)
                ),
            };
        }
        html.push_str("</table>");
        if rows.is_empty() {
            text.push_str("nothing yet\n");
            html = String::from("<em>nothing yet</em>");
        }
        self.output.result(json!({"text/plain": text.trim_end(), "text/html": html}));
    }
}

/// Commands, then the prelude by the crates that its names are from, in each types before functions
/// before modules, with the first sentence of their documentation.
fn help(api: &Api) -> Vec<(String, String)> {
    let mut rows = vec![("Commands, before the Rust of a cell".to_owned(), String::new())];
    rows.extend(COMMANDS.map(|(command, about)| (command.to_owned(), about.to_owned())));
    for (origin, title) in CRATES {
        rows.push((title.to_owned(), String::new()));
        let mut names: Vec<_> =
            api.prelude().filter(|name| api.origin(name) == Some(origin)).collect();
        let kind = |name: &str| api.item(name).map_or(Kind::Module, |item| item.kind);
        names.sort_by_key(|name| match kind(name) {
            Kind::Struct | Kind::Enum | Kind::Trait | Kind::Alias => 0,
            Kind::Module => 2,
            _ => 1,
        });
        for name in names {
            let docs = api.item(name).map(|item| item.docs.as_str()).unwrap_or_default();
            let shown = match kind(name) {
                Kind::Function => format!("{name}()"),
                Kind::Module => format!("{name}::"),
                _ => name.to_owned(),
            };
            rows.push((shown, first_sentence(docs)));
        }
    }
    rows
}

fn first_sentence(docs: &str) -> String {
    let paragraph = docs.split("\n\n").next().unwrap_or_default().replace('\n', " ");
    let sentence = paragraph.split_once(". ").map_or(paragraph.as_str(), |(first, _)| first);
    let sentence = crate::assist::plain(sentence.trim_end_matches('.'));
    if sentence.is_empty() { "–".to_owned() } else { sentence }
}

/// A name that a variable can have.
fn variable_name(stem: &str) -> String {
    let word: String = stem.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
    if word.starts_with(|c: char| c.is_numeric()) { format!("_{word}") } else { word }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_stand_before_the_rust() {
        let (commands, rest) = take("// note\n:time\n:dep x\nlet a = 1;\n:vars").unwrap();
        assert_eq!(commands, [Command::Time]);
        assert_eq!(rest, "// note\n\n:dep x\nlet a = 1;\n:vars");
        let (commands, rest) = take(":help Table").unwrap();
        assert_eq!((commands, rest.as_str()), (vec![Command::Help(Some("Table".into()))], ""));
        assert_eq!(take(":save").unwrap_err(), "`:save` needs a folder: `:save FOLDER`");
    }

    #[test]
    fn files_become_variables() {
        assert_eq!(variable_name("epoch log-2"), "epoch_log_2");
        assert_eq!(variable_name("2nd"), "_2nd");
    }

    #[test]
    fn sentences() {
        assert_eq!(
            first_sentence("A [`Table`] of\nrows. With more.\n\nAnd more."),
            "A `Table` of rows"
        );
        assert_eq!(first_sentence(""), "–");
    }

    #[test]
    fn help_is_grouped_by_crates_and_by_kinds() {
        let mut api = Api::default();
        api.read(
            "a",
            "/// Of rows.\npub struct Table; /// Finds.\npub fn find() {} pub struct Net;",
        );
        api.set_prelude("pub use etable::{find, io, Table};\npub use engine::Net;");
        let names: Vec<_> = help(&api).into_iter().map(|(name, _)| name).skip(8).collect();
        let expected = [CRATES[0].1, "Table", "find()", "io::", CRATES[1].1, "Net"];
        assert_eq!(names[..6], expected);
        assert_eq!(names[6..], [CRATES[2].1, CRATES[3].1]);
    }
}
