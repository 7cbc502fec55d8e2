//! Generic code that most cells need, compiled here once instead of in every cell.
//!
//! A cell keeps its variables in a store of boxed values; drops, boxes and unboxes them, and shows
//! its last value. All of that is generic, so that each cell would compile it anew for each of its
//! variables: for a simulation, the dropping of every part of its network. A crate compiled
//! without optimisation exports the generic code that it uses (one compiled with optimisation does
//! not), and cells take it from there. The workspace's profile therefore leaves this crate, which
//! computes nothing, unoptimised.
//!
//! For the same reason the toolkit's functions that convert an argument (`impl Into<View>`,
//! `impl AsRef<Path>`) hand over to one that is not generic: a cell compiles no more of them than
//! the conversion, and runs the rest optimised.

use std::any::Any;
use std::collections::HashMap;
use std::error::Error as StandardError;
use std::fmt::Debug;
use std::hint::black_box;

use emergent::analysis::AnalysisError;
use emergent::cell::value::{ByDebug, ByShow, Value};
use emergent::cell::{Told, tried};
use emergent::engine::EngineError;
use emergent::engine::network::{Profile, SizeReport};
use emergent::engine::sim::runs::Runs;
use emergent::etable::TableError;
use emergent::interrupt::Interrupted;
use emergent::prelude::ndarray::{Array1, Array2, ArrayD};
use emergent::prelude::polars::error::PolarsError;
use emergent::prelude::polars::prelude::{Column, DataFrame, Expr, LazyFrame, Series};
use emergent::prelude::*;

/// How cells keep their variables.
type Store = HashMap<String, Box<dyn Any + 'static>>;

/// What is woven around a cell's variable.
fn variable<T: 'static>(value: T, store: &mut Store) -> Option<T> {
    let name = "";
    store.insert(name.to_owned(), Box::new(value));
    let is_same = store.get(name)?.downcast_ref::<T>().is_some();
    let stored = store.remove(name)?;
    match stored.downcast::<T>() {
        Ok(value) if is_same => Some(*value),
        _ => None,
    }
}

/// What a cell that finds no store does.
fn store() -> Store {
    Store::new()
}

/// What is woven around a cell's last value if its type shows itself.
fn shown<T: Show>(value: &T) {
    (&&&&Value(value)).emergent_value();
}

/// What is woven around a cell's last value if its type has a debug form.
fn debugged<T: Debug>(value: &T) {
    (&&Value(value)).emergent_value();
}

/// What is woven around a `?`.
fn question<E: StandardError + 'static>(result: Result<(), E>) -> Result<(), Told> {
    tried(result, 0)
}

/// Compiles generic functions for types, by naming them.
macro_rules! compile {
    ($function:ident: $($t:ty),+ $(,)?) => {
        $(black_box($function::<$t> as *const ());)+
    };
}

/// Compiles what cells need of the types that they keep and show; nothing calls it.
#[doc(hidden)]
pub fn instances() {
    black_box(store());
    compile!(variable: (), bool, i32, i64, u32, u64, usize, f32, f64, String, &'static str);
    compile!(variable: Vec<bool>, Vec<i32>, Vec<i64>, Vec<usize>, Vec<f32>, Vec<f64>, Vec<String>);
    compile!(variable: Vec<&'static str>, Array1<f32>, Array1<f64>, Array2<f32>, Array2<f64>);
    compile!(variable: ArrayD<f32>, ArrayD<f64>, Column, DataFrame, Expr, LazyFrame, Series);
    compile!(variable: Agreement, Confusion, Dbscan, Dendrogram, Embedding, Figure);
    compile!(variable: GaussianMixture, Ica, KMeans, LinearDecoder, Linkage, Metric);
    compile!(variable: MixtureOptions, Panels, Pca, PcaOptions, ReceptiveField, ReceptiveFields, Roc);
    compile!(variable: RunningField, Silhouette, SimilarityMatrix, SoftmaxDecoder, Svd);
    compile!(variable: TsneOptions, CrossSimilarity);
    compile!(variable: FixedTable, ApplyReport, ParamSets, ParamSheet, Vocabulary, PopCode);
    compile!(variable: PopCode2d, RingCode, RelPos, Search, Outcome, Sim, Runs, Timer, LayerId);
    compile!(variable: Network, ParamDiff, ProjectionId);
    compile!(variable: Aggregate, CellShape, ColumnSpec, CsvOptions, Dataset);
    compile!(variable: LogFolder, LogWriter, Splits, Table, TableBuilder, View);
    compile!(variable: Vec<Table>, Vec<Figure>);
    compile!(variable: Bundle, Shown, NetView, Progress, Watch);
    compile!(shown: (), Shown, Table, View, Splits, DataFrame, Column, Series, Figure);
    compile!(shown: Panels, SimilarityMatrix, Dendrogram, Pca, Confusion, Roc, Embedding);
    compile!(shown: ReceptiveField, RunningField, SoftmaxDecoder, LinearDecoder, CrossSimilarity);
    compile!(shown: KMeans, Silhouette, Svd, Ica, Network, Sim, Runs, Layer, Projection);
    compile!(shown: FixedTable, ParamSets, ParamSheet, ApplyReport, SizeReport, Profile, NetView);
    compile!(shown: Vec<Table>, Vec<Figure>, ParamDiff);
    compile!(shown: Bundle, Excerpt, TableBuilder, LogWriter, LogFolder, Dataset, Vocabulary);
    compile!(shown: Array1<f32>, Array1<f64>, Array2<f32>, Array2<f64>, ArrayD<f32>, ArrayD<f64>);
    compile!(debugged: bool, i32, i64, u32, u64, usize, f32, f64, String, &'static str);
    compile!(debugged: Vec<i32>, Vec<i64>, Vec<usize>, Vec<f32>, Vec<f64>, Vec<String>);
    compile!(debugged: Vec<&'static str>, (usize, usize), Outcome, Metric, LayerId);
    compile!(question: TableError, AnalysisError, EngineError, Error, Interrupted, PolarsError);
    compile!(question: std::io::Error);
}
