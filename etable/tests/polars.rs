//! What of polars is built, used as a notebook would: through tables.

use etable::polars::prelude::{IntoLazy, RankOptions, col, lit};
use etable::{Table, TableError};
use ndarray::array;

fn log() -> Table {
    Table::new()
        .with_column("Name", ["cat_0", "dog_0", "cat_1", "cow_0"])
        .and_then(|table| table.with_column("Error", [-1.5, 0.25, 3.0, -0.5]))
        .and_then(|table| table.with_column("Epoch", [1_i64, 2, 3, 4]))
        .unwrap()
}

#[test]
fn rows_are_chosen_by_ranges_and_membership() {
    let log = log();
    let rows = |expr| log.filter(expr).unwrap().rows().to_vec();
    assert_eq!(rows(col("Error").abs().gt(lit(1.0))), [0, 2]);
    assert_eq!(rows(col("Epoch").is_between(lit(2), lit(3), Default::default())), [1, 2]);
    let wanted = Table::new().with_column("Name", ["dog_0", "cow_0"]).unwrap();
    let wanted = lit(wanted.df().columns()[0].as_materialized_series().clone()).implode(true);
    assert_eq!(rows(col("Name").is_in(wanted, false)), [1, 3]);
}

#[test]
fn columns_are_made_by_running_sums_differences_ranks_and_logarithms() {
    let made = log()
        .with_expressions([
            col("Epoch").cum_sum(false).alias("Sum"),
            col("Epoch").diff(lit(1), Default::default()).alias("Step"),
            col("Error").rank(RankOptions::default(), None).alias("Rank"),
            col("Epoch")
                .cast(etable::polars::prelude::DataType::Float64)
                .log(lit(2.0))
                .alias("Log"),
            col("Error").round(0, Default::default()).alias("Round"),
            col("Name").replace(lit("cow_0"), lit("bull")).alias("New"),
        ])
        .unwrap();
    assert_eq!(made.numbers("Sum").unwrap(), [1.0, 3.0, 6.0, 10.0]);
    assert_eq!(made.labels("Step").unwrap(), ["", "1", "1", "1"]);
    assert_eq!(made.numbers("Rank").unwrap(), [1.0, 3.0, 4.0, 2.0]);
    assert_eq!(made.numbers("Log").unwrap()[3], 2.0);
    assert_eq!(made.numbers("Round").unwrap()[1], 0.0);
    assert_eq!(made.texts("New").unwrap()[3], "bull");
    let largest = log().query(|rows| rows.select([col("Error").top_k(lit(2))])).unwrap();
    assert_eq!(largest.numbers("Error").unwrap(), [3.0, 0.25]);
}

#[test]
fn queries_join_tables_whose_tensors_keep_their_shape() {
    let act = array![[0.0, 1.0], [2.0, 3.0], [4.0, 5.0], [6.0, 7.0]];
    let log = log().with_tensor("Act", act, &["unit"]).unwrap();
    let cats = Table::new().with_column("Name", ["cat_0", "cat_1"]).unwrap().df().clone().lazy();
    let kept = log.query(|rows| rows.semi_join(cats, col("Name"), col("Name"))).unwrap();
    assert_eq!(kept.spec("Act").unwrap().to_string(), "Act: f64[unit 2]");
    assert_eq!(kept.matrix("Act").unwrap(), array![[0.0, 1.0], [4.0, 5.0]]);
    let error = log.query(|rows| rows.filter(col("Nane").eq(lit("x")))).unwrap_err();
    assert!(matches!(error, TableError::Expression { .. }), "{error}");
}
