//! Documentation comments as a notebook shows them.

/// The Markdown of a documentation comment without what only rustdoc understands: links to items,
/// hidden lines of examples, large headings.
pub fn for_notebook(docs: &str) -> String {
    let mut lines = Vec::new();
    let mut in_code = false;
    for line in docs.lines() {
        if let Some(language) = line.trim_start().strip_prefix("```") {
            in_code = !in_code;
            let is_rust = !language.contains("text") && !language.contains("json");
            lines.push(if in_code && is_rust { "```rust".to_owned() } else { line.to_owned() });
        } else if in_code {
            if !(line == "#" || line.starts_with("# ")) {
                lines.push(line.to_owned());
            }
        } else if let Some(title) = line.strip_prefix('#') {
            lines.push(format!("**{}**", title.trim_start_matches('#').trim()));
        } else {
            lines.push(without_links(line));
        }
    }
    lines.join("\n")
}

/// `` [`Table`](crate::Table) `` and `` [`Table`] `` become `` `Table` ``, `[words](self)` becomes
/// `words`; links to the web stay.
fn without_links(line: &str) -> String {
    let mut text = String::new();
    let mut rest = line;
    while let Some(start) = rest.find('[') {
        let Some(length) = rest[start..].find(']') else { break };
        let (label, after) = (&rest[start + 1..start + length], &rest[start + length + 1..]);
        let target = after.strip_prefix('(').and_then(|target| target.split_once(')'));
        text.push_str(&rest[..start]);
        rest = match target {
            Some((target, after)) if !target.starts_with("http") => {
                text.push_str(label);
                after
            }
            None if label.starts_with('`') => {
                text.push_str(label);
                after
            }
            _ => {
                text.push_str(&rest[start..start + length + 1]);
                after
            }
        };
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_headings_and_hidden_lines_go() {
        let docs = "See [`Table`](crate::Table), [`View`], [this](self), x[0] and [the book](https://x.y).\n\n# Errors\n\
                    ```\n# use x::y;\nlet a = 1;\n```";
        let shown = "See `Table`, `View`, this, x[0] and [the book](https://x.y).\n\n**Errors**\n\
                     ```rust\nlet a = 1;\n```";
        assert_eq!(for_notebook(docs), shown);
        assert_eq!(without_links("[`open"), "[`open");
    }
}
