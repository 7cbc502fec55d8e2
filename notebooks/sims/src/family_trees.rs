//! Family trees: a network that is told who is whose what in two families of the same structure,
//! person by person and without any likeness between them, forms codes in its hidden layers in which
//! facts of one relation come together.
//!
//! Chapter 4 of the CCN textbook, after Hinton (1986), *Learning distributed representations of
//! concepts*. A trial shows an agent and a relation (*Colin*, *uncle*) and wants the patients
//! (*Art*, *Chuck*). 100 of the 104 facts are trained.
//!
//! ```
//! use sims::family_trees::{self, Learning, Settings};
//!
//! let facts = family_trees::patterns()?;
//! assert_eq!(facts.n_rows(), 104);
//! assert_eq!(facts.texts("Name")?[0], "Christo.Wife.Penny");
//!
//! let mut sim = family_trees::sim(&Settings { max_epochs: 2, ..Settings::default() })?;
//! sim.train(&mut ())?;
//! assert_eq!(sim.test()?.tensor::<f32>("Hidden_ActM")?.shape(), [104, 7, 7]);
//! # Ok::<(), emergent::Error>(())
//! ```

mod relations;

use emergent::prelude::*;
use relations::{PEOPLE, Relation};

/// The facts that are never trained: agent and relation.
const HELD_OUT: [(&str, Relation); 4] = [
    ("James", Relation::Wife),
    ("Lucia", Relation::Father),
    ("Angela", Relation::Brother),
    ("Christi", Relation::Daughter),
];

/// What synapses learn from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Learning {
    /// Only from how often units are active together in the long run.
    Hebbian,
    /// Only from the difference between outcome and expectation.
    ErrorDriven,
    /// From both, as everywhere else.
    #[default]
    Combined,
}

/// What a user may want to change about a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Seed of weights and orders.
    pub seed: u64,
    /// Greatest number of epochs.
    pub max_epochs: usize,
    /// Epochs without error in a row after which training stops.
    pub n_zero_stop: usize,
    /// What synapses learn from.
    pub learning: Learning,
    /// Parameters, applied after [`params()`].
    pub params: Option<ParamSheet>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            seed: 1,
            max_epochs: 100,
            n_zero_stop: 1,
            learning: Learning::Combined,
            params: None,
        }
    }
}

/// The network: Agent 4x6 and Relation 2x6 to code layers of their own, these to and from Hidden,
/// Hidden to and from the code layer of Patient 4x6; code layers and Hidden are 7x7. One unit of
/// Agent, Relation and Patient stands for one person or relation.
///
/// # Errors
/// A parameter does not fit the network.
pub fn network(params: &ParamSheet) -> Result<Network> {
    let mut net = Network::new("FamilyTrees");
    let agent = net.add_layer("Agent", &[4, 6], LayerType::Input)?;
    let relation = net.add_layer("Relation", &[2, 6], LayerType::Input)?;
    let agent_code = net.add_layer("AgentCode", &[7, 7], LayerType::Hidden)?;
    let relation_code = net.add_layer("RelationCode", &[7, 7], LayerType::Hidden)?;
    let hidden = net.add_layer("Hidden", &[7, 7], LayerType::Hidden)?;
    let patient_code = net.add_layer("PatientCode", &[7, 7], LayerType::Hidden)?;
    let patient = net.add_layer("Patient", &[4, 6], LayerType::Target)?;
    for (layers, class) in [
        (&[agent, patient][..], "Person"),
        (&[relation], "Relation"),
        (&[agent_code, relation_code, patient_code], "Code"),
    ] {
        layers.iter().for_each(|layer| net.layer_mut(*layer).add_class(class));
    }
    net.connect(agent, agent_code, Full::default(), ProjectionType::Forward)?;
    net.connect(relation, relation_code, Full::default(), ProjectionType::Forward)?;
    net.bidirectional(agent_code, hidden, Full::default())?;
    net.bidirectional(relation_code, hidden, Full::default())?;
    net.bidirectional(hidden, patient_code, Full::default())?;
    net.bidirectional(patient_code, patient, Full::default())?;
    net.build()?;
    net.apply_params(params)?;
    Ok(net)
}

/// The parameters that differ from the defaults: weight balance instead of normalisation and
/// momentum, strong inhibition where one unit stands for one thing, weak top-down projections,
/// and what the kind of learning asks for.
///
/// # Errors
/// None that a correct build can have.
pub fn params(learning: Learning) -> Result<ParamSheet> {
    let base = ParamSheet::new()
        .select(
            "Prjn",
            &[
                ("Prjn.Learn.Norm.On", "false"),
                ("Prjn.Learn.Momentum.On", "false"),
                ("Prjn.Learn.WtBal.On", "true"),
            ],
        )?
        .select("Layer", &[("Layer.Learn.AvgL.Gain", "1.5"), ("Layer.Inhib.Layer.Gi", "1.6")])?
        .select(".Code", &[("Layer.Inhib.Layer.Gi", "2")])?
        .select(".Person", &[("Layer.Inhib.Layer.Gi", "2.8")])?
        .select(".Relation", &[("Layer.Inhib.Layer.Gi", "2.8")])?
        .select(".Back", &[("Prjn.WtScale.Rel", "0.3")])?;
    Ok(match learning {
        Learning::Combined => base,
        Learning::ErrorDriven => base.select(
            "Prjn",
            &[("Prjn.Learn.XCal.SetLLrn", "true"), ("Prjn.Learn.XCal.LLrn", "0")],
        )?,
        Learning::Hebbian => base
            .select(
                "Prjn",
                &[
                    ("Prjn.Learn.XCal.MLrn", "0"),
                    ("Prjn.Learn.XCal.SetLLrn", "true"),
                    ("Prjn.Learn.XCal.LLrn", "1"),
                    ("Prjn.Learn.Lrate", "0.01"),
                ],
            )?
            .select("Layer", &[("Layer.Learn.AvgL.Gain", "2.5")])?,
    })
}

/// The 104 facts, person by person; the 4 that are never trained are `false` in `Trained`.
///
/// Columns: `Name` (`Colin.Uncle.Chuck+Art`), `AgentName`, `RelationName`, `Family`, `Trained`, and
/// the patterns `Agent` `[4, 6]`, `Relation` `[2, 6]` and `Patient` `[4, 6]`, 1 where a unit is on.
///
/// # Errors
/// None that a correct build can have.
pub fn patterns() -> Result<Table> {
    let mut facts = TableBuilder::new([
        ColumnSpec::scalar("Name", ElementType::Text),
        ColumnSpec::scalar("AgentName", ElementType::Text),
        ColumnSpec::scalar("RelationName", ElementType::Text),
        ColumnSpec::scalar("Family", ElementType::Text),
        ColumnSpec::scalar("Trained", ElementType::Bool),
        ColumnSpec::tensor("Agent", ElementType::Float32, &[4, 6], &["Y", "X"])?,
        ColumnSpec::tensor("Relation", ElementType::Float32, &[2, 6], &["Y", "X"])?,
        ColumnSpec::tensor("Patient", ElementType::Float32, &[4, 6], &["Y", "X"])?,
    ])?;
    for (place, agent) in PEOPLE.into_iter().enumerate() {
        for (unit, relation) in Relation::ALL.into_iter().enumerate() {
            let patients = relation.of(agent);
            if patients.is_empty() {
                continue;
            }
            let relation_name = format!("{relation:?}");
            let mut person = [0.0_f32; 24];
            person[place] = 1.0;
            let mut related = [0.0_f32; 12];
            related[unit] = 1.0;
            let wanted = PEOPLE.map(|name| f32::from(u8::from(patients.contains(&name))));
            facts
                .row()
                .set("Name", format!("{agent}.{relation_name}.{}", patients.join("+")))?
                .set("AgentName", agent)?
                .set("RelationName", relation_name)?
                .set("Family", if place < PEOPLE.len() / 2 { "English" } else { "Italian" })?
                .set("Trained", !HELD_OUT.contains(&(agent, relation)))?
                .set_tensor("Agent", &person)?
                .set_tensor("Relation", &related)?
                .set_tensor("Patient", &wanted)?
                .finish()?;
        }
    }
    Ok(facts.finish()?)
}

/// The simulation: trained on the 100 facts, tested on all.
///
/// # Errors
/// A parameter does not fit the network, or the settings are out of range.
pub fn sim(settings: &Settings) -> Result<Sim> {
    let mut net = network(&params(settings.learning)?)?;
    if let Some(sheet) = &settings.params {
        net.apply_params(sheet)?;
    }
    let facts = patterns()?;
    Ok(Sim::new(net, facts.view().filter(col("Trained"))?)?
        .with_test_patterns(&facts)?
        .with_seed(settings.seed)?
        .with_max_epochs(settings.max_epochs)?
        .with_n_zero_stop(settings.n_zero_stop))
}
