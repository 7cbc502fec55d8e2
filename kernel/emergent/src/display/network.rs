//! How a network and what belongs to it are shown: drawn, with its layers and projections in lists.

use std::fmt::Write;

use engine::Network;
use engine::network::{Profile, SizeReport};
use engine::params::{ApplyReport, ParamDiff, ParamSheet};
use etable::markup::escaped;
use etable::{Result, Table};

use super::{Bundle, Show};
use crate::net_view::NetView;

impl Show for Network {
    fn bundle(&self) -> Bundle {
        let text = describe(self);
        let title = text.lines().next().unwrap_or_default();
        match layers(self).and_then(|layers| Ok((layers, projections(self)?))) {
            Ok((layers, projections)) => {
                let drawing = NetView::of(self, "Act").map(|view| view.to_svg());
                titled(title, &drawing.unwrap_or_default(), &[&layers, &projections])
                    .with("text/plain", text)
            }
            Err(_) => Bundle::from_text(text),
        }
    }
}

/// A drawing, if there is one, and tables under a title.
pub(super) fn titled(title: &str, drawing: &str, tables: &[&Table]) -> Bundle {
    let mut text = title.to_owned();
    let mut html = format!("<div><b>{}</b>", escaped(title));
    if !drawing.is_empty() {
        let _ = write!(html, "<div style=\"text-align:left\">{drawing}</div>");
    }
    for table in tables {
        let _ = write!(text, "\n{table}");
        html.push_str(&table.to_html());
    }
    html.push_str("</div>");
    Bundle::from_text(text).with("text/html", html)
}

impl Show for SizeReport {
    fn bundle(&self) -> Bundle {
        with_table(self, self.to_table())
    }
}

impl Show for Profile {
    fn bundle(&self) -> Bundle {
        with_table(self, self.to_table())
    }
}

/// The text, and a table where front ends show one.
fn with_table(text: &dyn ToString, table: engine::Result<Table>) -> Bundle {
    let bundle = Bundle::from_text(text.to_string());
    match table {
        Ok(table) => bundle.with("text/html", table.to_html()),
        Err(_) => bundle,
    }
}

impl Show for ApplyReport {
    fn bundle(&self) -> Bundle {
        Bundle::from_text(self.to_string())
    }
}

impl Show for ParamDiff {
    fn bundle(&self) -> Bundle {
        match self.is_empty() {
            true => Bundle::from_text("no differences"),
            false => with_table(self, self.to_table()),
        }
    }
}

impl Show for ParamSheet {
    fn bundle(&self) -> Bundle {
        match self.rules() {
            [] => Bundle::from_text("a sheet without rules"),
            _ => Bundle::from_text(self.to_string()),
        }
    }
}

fn describe(network: &Network) -> String {
    let (n_layers, n_projections) = (network.layers().len(), network.projections().len());
    let mut text = format!(
        "{}: {n_layers} layers, {n_projections} projections, {} synapses",
        network.name(),
        network.n_synapses()
    );
    for (_, layer) in network.layers() {
        let _ = write!(text, "\n  {} ({}) {:?}", layer.name(), layer.kind().name(), layer.shape());
    }
    for (_, projection) in network.projections() {
        let sender = network.layer(projection.sender()).name();
        let receiver = network.layer(projection.receiver()).name();
        let kind = projection.kind().name();
        let _ = write!(
            text,
            "\n  {sender} -> {receiver} ({kind}, {}) {}",
            projection.pattern().name(),
            projection.n_synapses()
        );
    }
    text
}

fn layers(network: &Network) -> Result<Table> {
    let column = |value: &dyn Fn(&engine::Layer) -> String| {
        network.layers().map(|(_, layer)| value(layer)).collect::<Vec<_>>()
    };
    Table::new()
        .with_column("Layer", column(&|layer| layer.name().to_owned()))?
        .with_column("Type", column(&|layer| layer.kind().name().to_owned()))?
        .with_column("Shape", column(&|layer| format!("{:?}", layer.shape())))?
        .with_column("Position", column(&|layer| position(layer)))
}

/// Where a layer stands: `x, y, z`.
fn position(layer: &engine::Layer) -> String {
    let at = layer.position();
    format!("{}, {}, {}", at.x, at.y, at.z)
}

fn projections(network: &Network) -> Result<Table> {
    let column = |value: &dyn Fn(&engine::Projection) -> String| {
        network.projections().map(|(_, projection)| value(projection)).collect::<Vec<_>>()
    };
    let name = |id| network.layer(id).name().to_owned();
    let n_synapses = network.projections().map(|(_, projection)| projection.n_synapses() as i64);
    Table::new()
        .with_column("From", column(&|projection| name(projection.sender())))?
        .with_column("To", column(&|projection| name(projection.receiver())))?
        .with_column("Type", column(&|projection| projection.kind().name().to_owned()))?
        .with_column("Pattern", column(&|projection| projection.pattern().name().to_owned()))?
        .with_column("Synapses", n_synapses.collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use engine::LayerType;

    use super::*;

    #[test]
    fn a_network_lists_its_parts() {
        let mut network = Network::new("a<b");
        network.add_layer("Input", &[2, 3], LayerType::Input).unwrap();
        let bundle = network.bundle();
        assert!(bundle.text().starts_with("a<b: 1 layers, 0 projections"), "{}", bundle.text());
        assert!(bundle.text().contains("Input (Input) [2, 3]"));
        let html = bundle.get("text/html").unwrap().as_str().unwrap();
        assert!(html.contains("a&lt;b") && html.contains("[2, 3]"));
        network.add_layer("Hidden", &[3, 3], LayerType::Hidden).unwrap();
        network.build().unwrap();
        let bundle = network.bundle();
        let html = bundle.get("text/html").unwrap().as_str().unwrap();
        assert!(html.contains("0, 0, 1") && html.contains("<svg"), "{html}");
    }

    #[test]
    fn sizes_and_times_are_tables() {
        let mut network = Network::new("small");
        network.add_layer("Input", &[2, 3], LayerType::Input).unwrap();
        network.build().unwrap();
        network.start_profile();
        network.train_trial().unwrap();
        let profile = network.stop_profile().unwrap();
        for bundle in [profile.bundle(), network.size_report().unwrap().bundle()] {
            assert!(bundle.text().contains("small"), "{}", bundle.text());
            assert!(bundle.get("text/html").unwrap().as_str().unwrap().contains("<table"));
        }
    }
}
