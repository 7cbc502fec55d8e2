//! The list of all parameters there are.

use super::tree::{ParameterInfo, ParameterNode};
use crate::leabra::{LayerParams, ProjectionParams};

/// Every parameter of layers and projections, with its default as the value.
///
/// ```
/// let all = engine::params::reference();
/// let gain = all.iter().find(|info| info.path == "Layer.Act.XX1.Gain").expect("a parameter");
/// assert_eq!((gain.default.as_str(), gain.range.as_str()), ("100", "a number in [0, inf)"));
/// ```
pub fn reference() -> Vec<ParameterInfo> {
    let mut all = Vec::new();
    LayerParams::default().list(&LayerParams::default(), "Layer", "", &mut all);
    ProjectionParams::default().list(&ProjectionParams::default(), "Prjn", "", &mut all);
    all
}

/// The same as a page in Markdown, a table for each group: `engine/PARAMETERS.md`.
pub fn reference_page() -> String {
    let mut page = String::from(
        "# Parameters\n\nAll parameters of layers and projections, by path: the names that parameter sheets use and \
         that\nthe reference's `.params` files have. This page is written by `cargo run --example \
         parameters`.\n",
    );
    let mut group = "";
    let all = reference();
    for info in &all {
        let (prefix, name) = info.path.rsplit_once('.').unwrap_or(("", &info.path));
        if prefix != group {
            group = prefix;
            page += &format!(
                "\n## {group}\n\n| name | default | value | meaning |\n|---|---|---|---|\n"
            );
        }
        let meaning = info.meaning.replace('|', "\\|");
        page += &format!("| {name} | {} | {} | {meaning} |\n", info.default, info.range);
    }
    page
}
