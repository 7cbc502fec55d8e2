//! How simulations and what they are made of are shown.

use std::fmt::Write;

use engine::environment::FixedTable;
use engine::params::{ParamSets, tree::ParameterInfo};
use engine::sim::runs::Runs;
use engine::sim::{Outcome, Sim};
use engine::{Layer, Projection};
use etable::ndarray::ArrayD;
use etable::{Result, Table};

use super::network::titled;
use super::{Bundle, Show};

impl Show for Sim {
    fn bundle(&self) -> Bundle {
        let status = self.status();
        let mut title = format!(
            "run {}, epoch {} of {}, {} trials each",
            status.run, status.epoch, status.max_epochs, status.n_trials
        );
        // Without an output layer there is no error.
        if status.epoch > 0 && !status.sse.is_nan() {
            let _ = write!(
                title,
                "; SSE {:.3}, PctErr {:.3}, CosDiff {:.3}",
                status.sse, status.pct_err, status.cos_diff
            );
        }
        match self.finished() {
            Some(Outcome::Learned) => title.push_str("; it has learned"),
            Some(Outcome::MaxEpochs) => title.push_str("; all epochs are done"),
            _ => {}
        }
        let net = self.net().bundle();
        let html = net.get("text/html").and_then(|html| html.as_str()).unwrap_or_default();
        let text = format!("{title}\n{}", net.text());
        Bundle::from_text(text).with("text/html", format!("<div>{title}{html}</div>"))
    }
}

/// The summary, a row per run.
impl Show for Runs {
    fn bundle(&self) -> Bundle {
        self.summary.bundle()
    }
}

/// Its name, type and shape, and how active its units are.
impl Show for Layer {
    fn bundle(&self) -> Bundle {
        let title = format!(
            "{} ({}) {:?}, {} units",
            self.name(),
            self.kind().name(),
            self.shape(),
            self.n_units()
        );
        let shape: Vec<_> = [&[1], self.shape()].concat();
        let activity = ArrayD::from_shape_vec(shape, self.neurons().act.to_vec()).ok();
        let table = activity.and_then(|activity| {
            Table::new().with_tensor("Act", activity, self.dimension_names()).ok()
        });
        match table {
            Some(table) => titled(&title, "", &[&table]),
            None => Bundle::from_text(title),
        }
    }
}

impl Show for Projection {
    fn bundle(&self) -> Bundle {
        Bundle::from_text(format!(
            "{} ({}, {}), {} synapses",
            self.name(),
            self.kind().name(),
            self.pattern().name(),
            self.n_synapses()
        ))
    }
}

/// The patterns it draws from.
impl Show for FixedTable {
    fn bundle(&self) -> Bundle {
        self.view().bundle()
    }
}

/// Each sheet under the names of its set and of what it is for.
impl Show for ParamSets {
    fn bundle(&self) -> Bundle {
        let mut text = String::new();
        for set in self.sets() {
            for (name, sheet) in &set.sheets {
                let _ = writeln!(text, "{} / {name}", set.name);
                for line in sheet.to_string().lines() {
                    let _ = writeln!(text, "  {line}");
                }
            }
        }
        if text.is_empty() {
            text.push_str("no sets of parameters");
        }
        Bundle::from_text(text.trim_end())
    }
}

/// Parameters, such as those that differ from their defaults: a row each.
impl Show for [(String, ParameterInfo)] {
    fn bundle(&self) -> Bundle {
        match parameters(self) {
            Ok(table) => table.bundle(),
            Err(error) => Bundle::from_text(error.to_string()),
        }
    }
}

impl Show for Vec<(String, ParameterInfo)> {
    fn bundle(&self) -> Bundle {
        self.as_slice().bundle()
    }
}

fn parameters(list: &[(String, ParameterInfo)]) -> Result<Table> {
    let column = |value: fn(&ParameterInfo) -> &String| {
        list.iter().map(|(_, info)| value(info).clone()).collect::<Vec<_>>()
    };
    let objects: Vec<_> = list.iter().map(|(object, _)| object.clone()).collect();
    Table::new()
        .with_column("Object", objects)?
        .with_column("Parameter", column(|info| &info.path))?
        .with_column("Value", column(|info| &info.value))?
        .with_column("Default", column(|info| &info.default))?
        .with_column("Range", column(|info| &info.range))
}

#[cfg(test)]
mod tests {
    use engine::params::{ParamSet, ParamSheet};
    use engine::{LayerType, Network, ProjectionType, patgen, pattern::Full};

    use super::*;

    fn sim() -> Sim {
        let mut net = Network::new("associator");
        let input = net.add_layer("Input", &[2, 3], LayerType::Input).unwrap();
        let output = net.add_layer("Output", &[2, 2], LayerType::Target).unwrap();
        net.connect(input, output, Full::default(), ProjectionType::Forward).unwrap();
        net.build().unwrap();
        let sheet = ParamSheet::new().select("#Output", &[("Layer.Inhib.Layer.Gi", "1.4")]);
        net.apply_params(&sheet.unwrap()).unwrap();
        let patterns = patgen::pattern_pairs(2, &[2, 3], &[2, 2], 2, 1).unwrap();
        Sim::new(net, &patterns).unwrap().with_max_epochs(1).unwrap()
    }

    #[test]
    fn a_simulation_tells_where_it_is() {
        let mut sim = sim();
        assert!(sim.bundle().text().starts_with("run 0, epoch 0 of 1, 2 trials each\nassociator"));
        sim.train(&mut ()).unwrap();
        let bundle = sim.bundle();
        assert!(bundle.text().contains("; SSE "), "{}", bundle.text());
        assert!(bundle.get("text/html").unwrap().as_str().unwrap().contains("Output"));
    }

    #[test]
    fn parts_of_a_network_show_what_they_are() {
        let sim = sim();
        let (_, layer) = sim.net().layers().next().unwrap();
        assert!(layer.bundle().text().starts_with("Input (Input) [2, 3], 6 units"));
        assert!(layer.bundle().get("text/html").unwrap().as_str().unwrap().contains("<svg"));
        let (_, projection) = sim.net().projections().next().unwrap();
        assert_eq!(projection.bundle().text(), "InputToOutput (Forward, Full), 24 synapses");
    }

    #[test]
    fn changed_parameters_are_a_table() {
        let text = sim().net().changed_parameters().bundle().text().to_owned();
        assert!(text.contains("Layer.Inhib.Layer.Gi") && text.contains("1.4"), "{text}");
    }

    #[test]
    fn sets_list_their_sheets() {
        let mut sets = ParamSets::new();
        assert_eq!(sets.bundle().text(), "no sets of parameters");
        let sheet = ParamSheet::new().select("Layer", &[("Layer.Inhib.Layer.Gi", "1.4")]).unwrap();
        sets.insert(ParamSet {
            name: "Base".to_owned(),
            description: String::new(),
            sheets: [("Network".to_owned(), sheet)].into(),
        });
        let text = sets.bundle().text().to_owned();
        assert!(text.starts_with("Base / Network\n  ") && text.contains("1.4"), "{text}");
    }
}
