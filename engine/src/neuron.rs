//! The state of a layer's neurons: one array of `f32` per variable.
//!
//! ```
//! use engine::neuron::{Neurons, UNIT_VARIABLES};
//! let neurons = Neurons::new(4);
//! assert_eq!(neurons.get("Act"), Some(&[0.0_f32; 4][..]));
//! assert!(UNIT_VARIABLES.iter().any(|variable| variable.name == "AvgSLrn"));
//! ```

mod values;

pub(crate) use values::LANES;
pub use values::UnitValues;

use crate::access::Variable;

macro_rules! neuron_variables {
    ($( #[doc = $doc:literal] $field:ident $name:literal; )*) => {
        /// The variables of all neurons of one layer, each an array over the layer's units in
        /// row-major order. A layer's are changed by
        /// [`Layer::set_unit_values`](crate::Layer::set_unit_values).
        #[derive(Debug, Clone, PartialEq, Default)]
        pub struct Neurons {
            $( #[doc = $doc] pub $field: UnitValues, )*
            /// Whether external input (`ext`) is set.
            pub has_ext: Vec<bool>,
            /// Whether a target (`targ`) is set.
            pub has_targ: Vec<bool>,
            /// Whether the unit is lesioned, see
            /// [`Layer::lesion`](crate::Layer::lesion).
            pub(crate) off: Vec<bool>,
        }

        /// All unit variables, in the order of the reference.
        pub const UNIT_VARIABLES: &[Variable] = &[
            $( Variable { name: $name, meaning: $doc.trim_ascii() }, )*
        ];

        impl Neurons {
            /// Neurons with every variable 0.
            pub fn new(count: usize) -> Self {
                Self {
                    $( $field: UnitValues::zeros(count), )*
                    has_ext: vec![false; count],
                    has_targ: vec![false; count],
                    off: vec![false; count],
                }
            }

            /// So many copies of all neurons, one after the other.
            pub(crate) fn repeated(&self, members: usize) -> Self {
                Self {
                    $( $field: self.$field.repeated(members), )*
                    has_ext: self.has_ext.repeat(members),
                    has_targ: self.has_targ.repeat(members),
                    off: self.off.repeat(members),
                }
            }

            /// Takes over the state of the neurons of one copy in `all`, by its number.
            pub(crate) fn copy_member(&mut self, all: &Self, member: usize) {
                let count = self.off.len();
                let of = member * count..(member + 1) * count;
                $( self.$field.copy_from_slice(&all.$field[of.clone()]); )*
                self.has_ext.copy_from_slice(&all.has_ext[of.clone()]);
                self.has_targ.copy_from_slice(&all.has_targ[of]);
            }

            /// Sets external input and targets of one copy to those of `one`.
            pub(crate) fn set_member_input(&mut self, one: &Self, member: usize) {
                let count = one.off.len();
                let of = member * count..(member + 1) * count;
                self.ext[of.clone()].copy_from_slice(&one.ext);
                self.targ[of.clone()].copy_from_slice(&one.targ);
                self.has_ext[of.clone()].copy_from_slice(&one.has_ext);
                self.has_targ[of].copy_from_slice(&one.has_targ);
            }

            /// Bytes of memory that the variables have been given.
            pub(crate) fn bytes(&self) -> usize {
                let flags = [&self.has_ext, &self.has_targ, &self.off];
                let variables = [$( self.$field.bytes(), )*].into_iter().sum::<usize>();
                variables + flags.map(Vec::capacity).iter().sum::<usize>()
            }

            /// The variable of that name, if there is one.
            pub fn get(&self, name: &str) -> Option<&[f32]> {
                match name {
                    $( $name => Some(&self.$field), )*
                    _ => None,
                }
            }

            /// The variable of that name for writing, if there is one.
            pub(crate) fn get_mut(&mut self, name: &str) -> Option<&mut [f32]> {
                match name {
                    $( $name => Some(&mut self.$field), )*
                    _ => None,
                }
            }
        }
    };
}

neuron_variables! {
    /// Activation, the rate code sent to others.
    act "Act";
    /// Activation without adaptation, which drives the learning averages.
    act_lrn "ActLrn";
    /// Excitatory conductance.
    ge "Ge";
    /// Inhibitory conductance.
    gi "Gi";
    /// Potassium conductance.
    gk "Gk";
    /// Net current.
    inet "Inet";
    /// Membrane potential.
    vm "Vm";
    /// Target activation, applied in the plus phase.
    targ "Targ";
    /// External input.
    ext "Ext";
    /// Super-short running average of activation.
    avg_ss "AvgSS";
    /// Short running average: the plus phase.
    avg_s "AvgS";
    /// Medium running average: the minus phase.
    avg_m "AvgM";
    /// Long-term running average: the floating threshold.
    avg_l "AvgL";
    /// Learning rate of the BCM part.
    avg_l_lrn "AvgLLrn";
    /// Short average mixed with some of the medium one, for learning.
    avg_s_lrn "AvgSLrn";
    /// Plus-phase activation of the previous trial.
    act_q0 "ActQ0";
    /// Activation at the end of quarter 1.
    act_q1 "ActQ1";
    /// Activation at the end of quarter 2.
    act_q2 "ActQ2";
    /// Minus-phase activation, at the end of quarter 3.
    act_m "ActM";
    /// Plus-phase activation, at the end of quarter 4.
    act_p "ActP";
    /// Plus-phase minus minus-phase activation.
    act_dif "ActDif";
    /// Change of activation in the last cycle.
    act_del "ActDel";
    /// Running average of plus-phase activation over trials.
    act_avg "ActAvg";
    /// Noise of this trial or cycle.
    noise "Noise";
    /// Inhibitory conductance from inhibitory projections.
    gi_syn "GiSyn";
    /// Inhibitory conductance of a neuron on itself.
    gi_self "GiSelf";
    /// The activation that was last sent.
    act_sent "ActSent";
    /// Excitatory input received, before integration.
    ge_raw "GeRaw";
    /// Inhibitory input received, before integration.
    gi_raw "GiRaw";
    /// Conductance of the fast potassium channel of adaptation.
    gkna_fast "GknaFast";
    /// Conductance of the medium potassium channel of adaptation.
    gkna_med "GknaMed";
    /// Conductance of the slow potassium channel of adaptation.
    gkna_slow "GknaSlow";
    /// 1 in a cycle with a spike, else 0.
    spike "Spike";
    /// Cycles since the last spike; -1 before the first.
    isi "ISI";
    /// Average interval between spikes, in cycles; negative before the second.
    isi_avg "ISIAvg";
}
