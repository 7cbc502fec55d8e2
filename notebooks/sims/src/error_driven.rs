//! What error-driven learning can do that Hebbian learning cannot, and the other way round: four
//! tasks, and three networks for them.
//!
//! Chapter 4 of the CCN textbook: its pattern associator, its network with a hidden layer, and its
//! combination of both kinds of learning.
//!
//! | Task | What makes it so |
//! |---|---|
//! | [`Task::Easy`] | an output is on whenever its inputs are: correlation is enough |
//! | [`Task::Hard`] | inputs of both outputs overlap: weights must follow the errors |
//! | [`Task::Impossible`] | every input is as often on with one output as with the other: it takes a hidden layer |
//! | [`Task::Lines`] | name two lines out of ten, in pairs that are partly new |
//!
//! ```
//! use emergent::prelude::*;
//! use sims::error_driven::{self, Learning, Task};
//!
//! let net = error_driven::pattern_associator(Learning::ErrorDriven)?;
//! let mut sim = Sim::new(net, &error_driven::patterns(Task::Hard)?)?.with_max_epochs(100)?;
//! assert_eq!(sim.train(&mut ())?, Outcome::Learned);
//! # Ok::<(), emergent::Error>(())
//! ```

use emergent::prelude::*;

/// What is to be learned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// Each of four inputs belongs to one of two outputs.
    Easy,
    /// Inputs of both outputs overlap.
    Hard,
    /// No input says anything about the output by itself.
    Impossible,
    /// Two of ten lines in a 5 by 5 field, and which they are.
    Lines,
}

impl Task {
    /// The tasks of four events.
    pub const SMALL: [Self; 3] = [Self::Easy, Self::Hard, Self::Impossible];

    /// Four events: which inputs are on, and which output.
    fn events(self) -> &'static [([f32; 4], [f32; 2])] {
        const LEFT: [f32; 2] = [1.0, 0.0];
        const RIGHT: [f32; 2] = [0.0, 1.0];
        match self {
            Self::Easy => &[
                ([1.0, 0.0, 0.0, 0.0], LEFT),
                ([0.0, 1.0, 0.0, 0.0], LEFT),
                ([0.0, 0.0, 1.0, 0.0], RIGHT),
                ([0.0, 0.0, 0.0, 1.0], RIGHT),
            ],
            Self::Hard => &[
                ([1.0, 1.0, 1.0, 0.0], LEFT),
                ([0.0, 1.0, 1.0, 1.0], LEFT),
                ([0.0, 1.0, 0.0, 1.0], RIGHT),
                ([0.0, 1.0, 1.0, 0.0], RIGHT),
            ],
            Self::Impossible => &[
                ([1.0, 0.0, 1.0, 0.0], LEFT),
                ([0.0, 1.0, 0.0, 1.0], LEFT),
                ([1.0, 1.0, 0.0, 0.0], RIGHT),
                ([0.0, 0.0, 1.0, 1.0], RIGHT),
            ],
            Self::Lines => &[],
        }
    }
}

/// What synapses learn from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Learning {
    /// Activity alone.
    Hebbian,
    /// The difference between outcome and expectation alone.
    ErrorDriven,
    /// From Input to Hidden activity alone, elsewhere errors alone; in a network without a hidden
    /// layer the same as error-driven.
    HebbianInput,
}

/// The patterns of a task: `Name`, `Input` and `Output`. Four rows of `[1, 4]` and `[1, 2]`; of
/// [`Task::Lines`] 45 rows of `[5, 5]` and `[5, 2]`, named by their lines (`V0_H2`), where the first
/// column of the output stands for the vertical lines and the second for the horizontal ones.
///
/// # Errors
/// None that a correct build can have.
pub fn patterns(task: Task) -> Result<Table> {
    if task == Task::Lines {
        return lines();
    }
    let mut table = builder(&[1, 4], &[1, 2])?;
    for (row, (input, output)) in task.events().iter().enumerate() {
        let answer = if output[0] > 0.0 { "left" } else { "right" };
        table
            .row()
            .set("Name", format!("{task:?} {row}: {answer}"))?
            .set_tensor("Input", input)?
            .set_tensor("Output", output)?
            .finish()?;
    }
    Ok(table.finish()?)
}

/// The patterns of the three tasks of four events, with their `Task` in a column.
///
/// # Errors
/// None that a correct build can have.
pub fn small_tasks() -> Result<Table> {
    let named = |task| Ok(patterns(task)?.with_column("Task", vec![format!("{task:?}"); 4])?);
    let tables = Task::SMALL.into_iter().map(named).collect::<Result<Vec<Table>>>()?;
    Ok(Table::concat(&tables)?)
}

fn builder(input: &[usize], output: &[usize]) -> Result<TableBuilder> {
    Ok(TableBuilder::new([
        ColumnSpec::scalar("Name", ElementType::Text),
        ColumnSpec::tensor("Input", ElementType::Float32, input, &["Y", "X"])?,
        ColumnSpec::tensor("Output", ElementType::Float32, output, &["Y", "X"])?,
    ])?)
}

/// Every two of five vertical and five horizontal lines.
fn lines() -> Result<Table> {
    const SIZE: usize = 5;
    let line = |number: usize| (number / SIZE, number % SIZE);
    let name = |number| match line(number) {
        (0, place) => format!("V{place}"),
        (_, place) => format!("H{place}"),
    };
    let mut table = builder(&[SIZE, SIZE], &[SIZE, 2])?;
    for first in 0..2 * SIZE {
        for second in first + 1..2 * SIZE {
            let (mut input, mut output) = ([0.0_f32; SIZE * SIZE], [0.0_f32; 2 * SIZE]);
            for (direction, place) in [line(first), line(second)] {
                for along in 0..SIZE {
                    let unit =
                        if direction == 0 { along * SIZE + place } else { place * SIZE + along };
                    input[unit] = 1.0;
                }
                output[2 * place + direction] = 1.0;
            }
            table
                .row()
                .set("Name", format!("{}_{}", name(first), name(second)))?
                .set_tensor("Input", &input)?
                .set_tensor("Output", &output)?
                .finish()?;
        }
    }
    Ok(table.finish()?)
}

/// Four inputs and two outputs, for the tasks of four events.
///
/// # Errors
/// None that a correct build can have.
pub fn pattern_associator(learning: Learning) -> Result<Network> {
    let mut net = Network::new("PatternAssociator");
    let input = net.add_layer("Input", &[1, 4], LayerType::Input)?;
    let output = net.add_layer("Output", &[1, 2], LayerType::Target)?;
    net.connect(input, output, Full::default(), ProjectionType::Forward)?;
    net.build()?;
    let layer = [
        ("Layer.Learn.AvgL.Gain", "1.5"),
        ("Layer.Inhib.Layer.Gi", "1.4"),
        ("Layer.Inhib.Layer.FB", "0.5"),
        ("Layer.Inhib.ActAvg.Init", "0.5"),
        ("Layer.Inhib.ActAvg.Fixed", "true"),
    ];
    net.apply_params(&simple()?.select("Layer", &layer)?)?;
    net.apply_params(&rule(learning)?)?;
    Ok(net)
}

/// The same with a hidden layer of four units, connected to the output both ways.
///
/// # Errors
/// None that a correct build can have.
pub fn with_hidden_layer(learning: Learning) -> Result<Network> {
    let mut net = three_layers("HiddenLayer", [&[1, 4], &[1, 4], &[1, 2]])?;
    let layer = [
        ("Layer.Learn.AvgL.Gain", "1.5"),
        ("Layer.Inhib.Layer.Gi", "1.3"),
        ("Layer.Inhib.ActAvg.Init", "0.5"),
        ("Layer.Inhib.ActAvg.Fixed", "true"),
        ("Layer.Act.Gbar.L", "0.1"),
    ];
    let weak_back = [("Prjn.WtScale.Rel", "0.3")];
    net.apply_params(&simple()?.select("Layer", &layer)?.select(".Back", &weak_back)?)?;
    net.apply_params(&rule(learning)?)?;
    if learning == Learning::HebbianInput {
        net.apply_params(&hebbian_input()?)?;
    }
    Ok(net)
}

/// Input 5x5, Hidden 6x5 and Output 5x2, for [`Task::Lines`].
///
/// # Errors
/// None that a correct build can have.
pub fn lines_network(learning: Learning) -> Result<Network> {
    let mut net = three_layers("Lines", [&[5, 5], &[6, 5], &[5, 2]])?;
    let layer = [
        ("Layer.Learn.AvgL.Gain", "3"),
        ("Layer.Inhib.Layer.Gi", "1.5"),
        ("Layer.Inhib.ActAvg.Init", "0.2"),
        ("Layer.Inhib.ActAvg.Fixed", "true"),
        ("Layer.Act.Gbar.L", "0.1"),
    ];
    let params = simple()?
        .select("Layer", &layer)?
        .select(".Back", &[("Prjn.WtScale.Rel", "0.3")])?
        .select("#Output", &[("Layer.Inhib.Layer.Gi", "1.8")])?;
    net.apply_params(&params)?;
    net.apply_params(&rule(learning)?)?;
    if learning == Learning::HebbianInput {
        net.apply_params(&hebbian_input()?)?;
    }
    Ok(net)
}

/// Input to Hidden, and Hidden to and from Output.
fn three_layers(name: &str, [input, hidden, output]: [&[usize]; 3]) -> Result<Network> {
    let mut net = Network::new(name);
    let input = net.add_layer("Input", input, LayerType::Input)?;
    let hidden = net.add_layer("Hidden", hidden, LayerType::Hidden)?;
    let output = net.add_layer("Output", output, LayerType::Target)?;
    net.connect(input, hidden, Full::default(), ProjectionType::Forward)?;
    net.bidirectional(hidden, output, Full::default())?;
    net.build()?;
    Ok(net)
}

/// Learning by the bare rule, without the factors that help larger networks.
fn simple() -> Result<ParamSheet> {
    let off = [
        ("Prjn.Learn.Norm.On", "false"),
        ("Prjn.Learn.Momentum.On", "false"),
        ("Prjn.Learn.WtBal.On", "false"),
    ];
    Ok(ParamSheet::new().select("Prjn", &off)?)
}

/// The shares of errors (`MLrn`) and of activity in the long run (`LLrn`) in learning.
///
/// # Errors
/// None that a correct build can have.
pub fn rule(learning: Learning) -> Result<ParamSheet> {
    let (errors, activity) = if learning == Learning::Hebbian { ("0", "1") } else { ("1", "0") };
    let shares = [
        ("Prjn.Learn.XCal.MLrn", errors),
        ("Prjn.Learn.XCal.SetLLrn", "true"),
        ("Prjn.Learn.XCal.LLrn", activity),
    ];
    Ok(ParamSheet::new().select("Prjn", &shares)?)
}

/// Hebbian learning from Input to Hidden.
fn hebbian_input() -> Result<ParamSheet> {
    let hebbian = [
        ("Prjn.Learn.XCal.MLrn", "0"),
        ("Prjn.Learn.XCal.LLrn", "1"),
        ("Prjn.Learn.Lrate", "0.02"),
        ("Prjn.Learn.WtBal.On", "true"),
    ];
    Ok(ParamSheet::new().select("#InputToHidden", &hebbian)?)
}
