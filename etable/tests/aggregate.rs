//! Splits and aggregates: the reference's figures, and a slow and plain computation of the same.

use std::fs;

use etable::{Aggregate, CellValue, ColumnSpec, ElementType, Table, TableBuilder, TableError};
use ndarray::Array2;
use proptest::prelude::*;
use serde_json::Value;

fn golden() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/golden/etable_agg.json");
    serde_json::from_str(&fs::read_to_string(path).expect("the figures are there")).expect("JSON")
}

/// Numbers of the golden file; NaN stands there as a text.
fn numbers(values: &Value) -> Vec<f64> {
    values.as_array().unwrap().iter().map(|value| value.as_f64().unwrap_or(f64::NAN)).collect()
}

fn texts(values: &Value) -> Vec<String> {
    values.as_array().unwrap().iter().map(|value| value.as_str().unwrap().to_string()).collect()
}

fn rows(values: &Value) -> Vec<usize> {
    values.as_array().unwrap().iter().map(|value| value.as_u64().unwrap() as usize).collect()
}

fn column<'a>(table: &'a Value, name: &str) -> &'a Value {
    let columns = table["cols"].as_array().unwrap();
    &columns.iter().find(|column| column["name"] == name).expect("the column")["values"]
}

/// The table of the golden file: V is null in row 5, W is NaN in row 7.
fn table(golden: &Value) -> Table {
    let source = &golden["table"];
    let mut v: Vec<Option<f64>> = numbers(column(source, "V")).into_iter().map(Some).collect();
    v[5] = None;
    let single = |name| numbers(column(source, name)).into_iter().map(|x| x as f32);
    let t = Array2::from_shape_vec((12, 3), single("T").collect()).unwrap();
    Table::new()
        .with_column("Group", texts(column(source, "Group")))
        .and_then(|table| table.with_column("Sub", texts(column(source, "Sub"))))
        .and_then(|table| table.with_column("V", v))
        .and_then(|table| table.with_column("W", single("W").collect::<Vec<f32>>()))
        .and_then(|table| table.with_tensor("T", t, &["x"]))
        .unwrap()
}

#[track_caller]
fn assert_near(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        let scale = expected.abs().max(1.0);
        assert!((found - expected).abs() <= 1e-12 * scale, "{found} is not {expected}");
    }
}

fn all(table: &Table, name: &str) -> Vec<f64> {
    table.matrix(name).unwrap().into_raw_vec_and_offset().0
}

const AGGREGATES: [Aggregate; 16] = [
    Aggregate::Count,
    Aggregate::Max,
    Aggregate::Mean,
    Aggregate::Median,
    Aggregate::Min,
    Aggregate::Product,
    Aggregate::Q1,
    Aggregate::Q3,
    Aggregate::Sem,
    Aggregate::SemPop,
    Aggregate::Std,
    Aggregate::StdPop,
    Aggregate::Sum,
    Aggregate::SumOfSquares,
    Aggregate::Var,
    Aggregate::VarPop,
];

#[test]
fn every_aggregate_is_the_reference_s() {
    let golden = golden();
    let view = table(&golden).view();
    let mut compared = 0;
    for name in ["V", "W", "T"] {
        for aggregate in AGGREGATES {
            // The reference sorts NaN in at random: its quartiles of W are no quartiles.
            if name == "W" && matches!(aggregate, Aggregate::Q1 | Aggregate::Median | Aggregate::Q3)
            {
                continue;
            }
            let Some(expected) = golden["agg"][name].get(aggregate.to_string()) else {
                assert_eq!(name, "T", "{aggregate}: the reference has no quartiles of tensors");
                continue;
            };
            let result = view.aggregate([aggregate.of(name).named("R")]).unwrap();
            assert_near(&all(&result, "R"), &numbers(expected));
            compared += 1;
        }
    }
    assert_eq!(compared, 16 + 13 + 13);
    let places = [0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0];
    let quantiles = places.map(|place| Aggregate::Quantile(place).of("V"));
    let found = view.aggregate(quantiles).unwrap();
    let found: Vec<f64> = found.column_names().iter().map(|name| all(&found, name)[0]).collect();
    assert_near(&found, &numbers(&golden["quantiles_V_0_.1_.25_.5_.75_.9_1"]));
    let conditions = [
        (Aggregate::count_if(|x| x > 0.0), &golden["countif_V_gt0"], 1.0),
        (Aggregate::prop_if(|x| x > 0.0), &golden["propif_V_gt0"], 1.0),
        (Aggregate::pct_if(|x| x > 0.0), &golden["propif_V_gt0"], 100.0),
    ];
    for (aggregate, expected, factor) in conditions {
        let result = view.aggregate([aggregate.of("V").named("R")]).unwrap();
        assert_near(&all(&result, "R"), &[factor * numbers(expected)[0]]);
    }
}

#[test]
fn groups_and_their_tables_are_the_reference_s() {
    let golden = golden();
    let table = table(&golden);
    for (columns, key) in
        [(&["Group"][..], "groupby_Group"), (&["Group", "Sub"][..], "groupby_Group_Sub")]
    {
        let splits = table.group_by(columns).unwrap();
        let expected = golden[key].as_array().unwrap();
        assert_eq!(splits.len(), expected.len());
        for (index, expected) in expected.iter().enumerate() {
            assert_eq!(splits.view(index).unwrap().rows(), rows(&expected["row_idxs"]));
            assert_eq!(splits.labels(index).unwrap(), texts(&expected["values"]));
        }
    }
    let groups = table.group_by(&["Group"]).unwrap();
    let full = groups
        .aggregate([("V", Aggregate::Mean), ("V", Aggregate::Sum), ("T", Aggregate::Mean)])
        .unwrap();
    assert_table(&full, &golden["groupby_Group_aggtable_full"]);
    assert_eq!(full.spec("T:Mean").unwrap().to_string(), "T:Mean: f64[x 3]");
    assert_table(&groups.describe("V").unwrap(), &golden["groupby_Group_desc_V"]);
    let both = table.group_by(&["Group", "Sub"]).unwrap();
    let named = [Aggregate::Count.of("W").named("W"), Aggregate::Mean.of("V").named("V")];
    let expected = &golden["groupby_Group_Sub_aggtable_colnames"];
    assert_table(&both.aggregate(named).unwrap(), expected);
    let one = table.view().split_all().unwrap();
    let one = one.aggregate([Aggregate::Mean.of("V").named("V")]).unwrap();
    assert_table(&one, &golden["split_all_mean_V"]);
}

/// Column names in order, and all values.
#[track_caller]
fn assert_table(table: &Table, expected: &Value) {
    let columns = expected["cols"].as_array().unwrap();
    let names: Vec<&str> = columns.iter().map(|column| column["name"].as_str().unwrap()).collect();
    assert_eq!(table.column_names(), names);
    for (spec, column) in table.specs().iter().zip(columns) {
        match spec.element {
            ElementType::Text => {
                assert_eq!(table.texts(&spec.name).unwrap(), texts(&column["values"]))
            }
            _ => assert_near(&all(table, &spec.name), &numbers(&column["values"])),
        }
    }
}

#[test]
fn descriptions_have_the_reference_s_figures() {
    let golden = golden();
    let table = table(&golden);
    assert_table(&table.view().describe(&["V"]).unwrap(), &golden["desc_V"]);
    let figures = table.describe().unwrap();
    let expected = &golden["desc_all"];
    let order = texts(column(expected, "Agg"));
    for (row, figure) in figures.texts("Agg").unwrap().iter().enumerate() {
        let theirs = order.iter().position(|name| name == figure).unwrap();
        let quartile = ["Q1", "Median", "Q3"].contains(&figure.as_str());
        for name in ["V", "W", "T"] {
            if quartile && name != "V" {
                continue; // of W with NaN sorted in, of T left at 0
            }
            let found = figures.matrix(name).unwrap();
            let expected = numbers(column(expected, name));
            let width = expected.len() / order.len();
            assert_near(&found.row(row).to_vec(), &expected[theirs * width..(theirs + 1) * width]);
        }
    }
    assert_eq!(figures.cell::<f64>("W", 6).unwrap(), 1.0, "median of W without its NaN");
}

#[test]
fn sorting_and_filtering_are_the_reference_s() {
    let golden = golden();
    let mut table = table(&golden);
    // The reference sorts by the number stored under a null.
    table.set_column("V", numbers(column(&golden["table"], "V"))).unwrap();
    let sorted = table.view().sort(&["V"], false).unwrap();
    assert_eq!(sorted.rows(), rows(&golden["sort_V_ascending"]));
    let sorted = table.view().sort(&["Group", "Sub", "V"], false).unwrap();
    assert_eq!(sorted.rows(), rows(&golden["sort_Group_Sub_V_ascending"]));
    let filtered = sorted.filter_rows(|row| Ok(row.number("W")? >= 2.0)).unwrap();
    assert_eq!(filtered.rows(), rows(&golden["then_filter_W_ge_2"]));
    assert_table(&filtered.to_table().unwrap(), &golden["then_newtable"]);
}

#[test]
fn empty_groups_and_missing_numbers_give_nulls_and_zeros() {
    let table = Table::new()
        .with_column("K", ["a", "a", "b"])
        .and_then(|table| table.with_column("X", [Some(1.0), Some(f64::NAN), None]))
        .unwrap();
    let result = table
        .group_by(&["K"])
        .unwrap()
        .aggregate(AGGREGATES.map(|aggregate| {
            let name = aggregate.to_string();
            aggregate.of("X").named(name)
        }))
        .unwrap();
    for (name, of_one, of_none) in [
        ("Count", "1", "0"),
        ("Sum", "1", "0"),
        ("Prod", "1", "1"),
        ("SumSq", "1", "0"),
        ("Min", "1", ""),
        ("Max", "1", ""),
        ("Mean", "1", ""),
        ("Median", "1", ""),
        ("Q1", "1", ""),
        ("Var", "0", ""),
        ("Sem", "0", ""),
        ("VarPop", "0", ""),
    ] {
        assert_eq!(result.labels(name).unwrap(), [of_one, of_none], "{name}");
    }
    let none = table.view().take(&[]).unwrap().aggregate([("X", Aggregate::Sum)]).unwrap();
    assert_eq!(none.numbers("X:Sum").unwrap(), [0.0]);
    let infinite = Table::new().with_column("X", [f64::INFINITY, f64::NEG_INFINITY, 1.0]).unwrap();
    let ends = infinite.view().aggregate([("X", Aggregate::Min), ("X", Aggregate::Count)]).unwrap();
    assert_eq!(ends.numbers("X:Min").unwrap(), [f64::NEG_INFINITY]);
    assert_eq!(ends.numbers("X:Count").unwrap(), [3.0]);
}

#[test]
fn texts_flags_first_and_last() {
    let table = Table::new()
        .with_column("K", ["b", "a", "b"])
        .and_then(|table| table.with_column("Name", [Some("x"), None, Some("z")]))
        .and_then(|table| table.with_column("Hit", [true, false, false]))
        .and_then(|table| {
            table.with_tensor("T", ndarray::array![[1_i64, 2], [3, 4], [5, 6]], &["x"])
        })
        .unwrap();
    let splits = table.group_by(&["K"]).unwrap();
    let result = splits
        .aggregate([
            ("Name", Aggregate::Count),
            ("Name", Aggregate::First),
            ("Name", Aggregate::Last),
            ("Hit", Aggregate::Mean),
            ("T", Aggregate::Last),
        ])
        .unwrap();
    assert_eq!(result.numbers("Name:Count").unwrap(), [0.0, 2.0]);
    assert_eq!(result.labels("Name:First").unwrap(), ["", "x"]);
    assert_eq!(result.labels("Name:Last").unwrap(), ["", "z"]);
    assert_eq!(result.numbers("Hit:Mean").unwrap(), [0.0, 0.5]);
    assert_eq!(result.tensor::<i64>("T:Last").unwrap(), ndarray::array![[3, 4], [5, 6]].into_dyn());
    let error = splits.aggregate([("Name", Aggregate::Mean)]).unwrap_err();
    assert!(error.to_string().contains("only Count, First and Last"), "{error}");
    let error = splits.aggregate([("Hit", Aggregate::Quantile(1.5))]).unwrap_err();
    assert!(matches!(error, TableError::Argument { .. }), "{error}");
    let error = splits.aggregate([("Hat", Aggregate::Mean)]).unwrap_err();
    assert!(error.to_string().contains("did you mean `Hit`?"), "{error}");
    let twice = [Aggregate::Sum.of("Hit").named("K")];
    assert!(matches!(splits.aggregate(twice), Err(TableError::DuplicateColumn { .. })));
}

#[test]
fn pivots_have_nulls_where_a_combination_does_not_occur() {
    let table = Table::new()
        .with_column("S", [2_i64, 1, 2, 2])
        .and_then(|table| table.with_column("C", [Some("y"), Some("x"), None, Some("y")]))
        .and_then(|table| {
            table.with_tensor("T", ndarray::array![[1.0], [2.0], [3.0], [5.0]], &["u"])
        })
        .unwrap();
    let wide = table.view().pivot(&["S"], "C", "T", Aggregate::Mean).unwrap();
    assert_eq!(wide.column_names(), ["S", "x", "y", "null"]);
    assert_eq!(wide.spec("y").unwrap().to_string(), "y: f64[u 1]");
    assert!(wide.is_null("x", 1).unwrap() && wide.is_null("y", 0).unwrap());
    assert_eq!(wide.tensor_cell::<f64>("y", 1).unwrap()[[0]], 3.0);
    assert_eq!(wide.tensor_cell::<f64>("null", 1).unwrap()[[0]], 3.0);
}

#[test]
fn results_have_the_same_bits_for_any_number_of_threads() {
    let n = 100_000;
    let key: Vec<i64> = (0..n).map(|row| row * 7919 % 13).collect();
    let act = Array2::from_shape_fn((n as usize, 3), |(row, x)| ((row * 31 + x) as f32).sin());
    let table = Table::new()
        .with_column("K", key)
        .and_then(|table| table.with_tensor("Act", act, &["x"]))
        .unwrap();
    let some: Vec<usize> = (0..n as usize).step_by(5).collect();
    for view in [table.view(), table.view().take(&some).unwrap()] {
        let result = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let wanted = [Aggregate::Mean, Aggregate::Std, Aggregate::Median];
            pool.install(|| {
                let splits = view.group_by(&["K"]).unwrap();
                let result = splits.aggregate(wanted.map(|wanted| wanted.of("Act"))).unwrap();
                let bits = |name: &str| all(&result, name).into_iter().map(f64::to_bits).collect();
                ["Act:Mean", "Act:Std", "Act:Median"].map(bits)
            })
        };
        let one: [Vec<u64>; 3] = result(1);
        assert_eq!(one, result(4));
        assert_eq!(one, result(7));
    }
}

/// Rows of a key and a tensor of two numbers, some of them missing or NaN.
fn any_rows() -> impl Strategy<Value = Vec<(u8, Option<[f32; 2]>)>> {
    let number = prop_oneof![
        6 => (-100_i16..100).prop_map(|x| f32::from(x) / 4.0),
        1 => Just(f32::NAN),
    ];
    let cell = proptest::option::weighted(0.9, [number.clone(), number]);
    proptest::collection::vec((0_u8..4, cell), 0..60)
}

fn from_rows(rows: &[(u8, Option<[f32; 2]>)]) -> Table {
    let specs = [
        ColumnSpec::scalar("K", ElementType::Int64),
        ColumnSpec::tensor("T", ElementType::Float32, &[2], &["x"]).unwrap(),
    ];
    let mut builder = TableBuilder::new(specs).unwrap();
    for (key, cell) in rows {
        let row = builder.row().set("K", i64::from(*key)).unwrap();
        let row = match cell {
            Some(cell) => row.set_tensor("T", cell).unwrap(),
            None => row.set("T", CellValue::Null).unwrap(),
        };
        row.finish().unwrap();
    }
    builder.finish().unwrap()
}

/// By the definitions, one number at a time.
fn oracle(aggregate: &Aggregate, mut x: Vec<f64>) -> Option<f64> {
    let n = x.len() as f64;
    let sum: f64 = x.iter().sum();
    let squares: f64 = x.iter().map(|x| (x - sum / n).powi(2)).sum();
    let sample = if n > 1.0 { squares / (n - 1.0) } else { 0.0 };
    x.sort_by(f64::total_cmp);
    let quantile = |place: f64| {
        let place = place * (n - 1.0);
        let (low, high) = (x[place.floor() as usize], x[place.ceil() as usize]);
        low + (high - low) * place.fract()
    };
    Some(match aggregate {
        Aggregate::Count => n,
        Aggregate::Sum => sum,
        Aggregate::Product => x.iter().product(),
        Aggregate::SumOfSquares => x.iter().map(|x| x * x).sum(),
        _ if x.is_empty() => return None,
        Aggregate::Min => x[0],
        Aggregate::Max => x[x.len() - 1],
        Aggregate::Mean => sum / n,
        Aggregate::Var => sample,
        Aggregate::Std => sample.sqrt(),
        Aggregate::Sem => (sample / n).sqrt(),
        Aggregate::VarPop => squares / n,
        Aggregate::StdPop => (squares / n).sqrt(),
        Aggregate::SemPop => squares.sqrt() / n,
        Aggregate::Q1 => quantile(0.25),
        Aggregate::Median => quantile(0.5),
        Aggregate::Q3 => quantile(0.75),
        _ => unreachable!("not among those compared"),
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn aggregates_are_what_their_definitions_say(rows in any_rows(), seed: u64, few: bool) {
        let table = from_rows(&rows);
        let mut view = table.view().permute(seed);
        if few {
            let half: Vec<usize> = (0..view.n_rows() / 2).collect();
            view = view.take(&half).unwrap();
        }
        let splits = view.group_by(&["K"]).unwrap();
        let wanted = AGGREGATES.map(|aggregate| {
            let name = aggregate.to_string();
            aggregate.of("T").named(name)
        });
        let result = splits.aggregate(wanted).unwrap();
        for (group, split) in splits.views().enumerate() {
            for element in 0..2 {
                let numbers: Vec<f64> = split
                    .rows()
                    .iter()
                    .filter_map(|&row| rows[row].1)
                    .map(|cell| f64::from(cell[element]))
                    .filter(|number| !number.is_nan())
                    .collect();
                for aggregate in AGGREGATES {
                    let expected = oracle(&aggregate, numbers.clone());
                    let name = aggregate.to_string();
                    let found = element_of(&result, &name, group, element);
                    let near = match (found, expected) {
                        (Some(a), Some(b)) => (a - b).abs() <= 1e-9 * b.abs().max(1.0),
                        (a, b) => a == b,
                    };
                    prop_assert!(near, "{name} of {numbers:?}: {found:?}, not {expected:?}");
                }
            }
        }
    }
}

fn element_of(table: &Table, name: &str, row: usize, element: usize) -> Option<f64> {
    let column = table.select(&[name]).unwrap();
    let row = column.view().take(&[row]).unwrap();
    let long = row.aggregate([Aggregate::Sum.of(name), Aggregate::Count.of(name)]).unwrap();
    let there = long.matrix(&format!("{name}:Count")).unwrap()[[0, element]] > 0.0;
    there.then(|| long.matrix(&format!("{name}:Sum")).unwrap()[[0, element]])
}

/// All but quantiles, to the last digits.
#[test]
fn aggregates_of_scans_equal_those_in_memory() {
    use etable::polars::prelude::{col, lit};
    use etable::{Dataset, ScanAggregate};
    const ROWS: usize = 100_000; // several batches
    let act = |row: usize, unit: usize| ((row * 31 + unit * 7) % 1013) as f32 / 8.0 - 50.0;
    let elements = (0..ROWS * 3).map(|i| {
        let (row, unit) = (i / 3, i % 3);
        (row % 97 != 5).then(|| if row % 89 == 3 { f32::NAN } else { act(row, unit) })
    });
    let elements = ndarray::Array2::from_shape_vec((ROWS, 3), elements.collect()).unwrap();
    let table = Table::new()
        .with_column("Cond", (0..ROWS).map(|row| ["a", "b", "c"][row * 7 % 3]).collect::<Vec<_>>())
        .and_then(|table| {
            table.with_column("Run", (0..ROWS).map(|row| row as i64 / 60_000).collect::<Vec<_>>())
        })
        .and_then(|table| table.with_column("N", (0..ROWS as i64).collect::<Vec<_>>()))
        .and_then(|table| table.with_tensor("Act", elements, &["x"]))
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data");
    table.write_dataset(&path, &["Run"]).unwrap();
    let data = Dataset::open(&path).unwrap();
    let wanted = || {
        let aggregates = [
            Aggregate::Count,
            Aggregate::Sum,
            Aggregate::SumOfSquares,
            Aggregate::Product,
            Aggregate::Min,
            Aggregate::Max,
            Aggregate::Mean,
            Aggregate::Var,
            Aggregate::Std,
            Aggregate::Sem,
            Aggregate::VarPop,
            Aggregate::StdPop,
            Aggregate::SemPop,
            Aggregate::First,
            Aggregate::Last,
        ];
        let of_both = |aggregate: Aggregate| [aggregate.clone().of("Act"), aggregate.of("N")];
        let above = |x: f64| x > 10.0;
        let mut all: Vec<_> = aggregates.into_iter().flat_map(of_both).collect();
        all.push(Aggregate::count_if(above).of("Act"));
        all.push(Aggregate::prop_if(above).of("Act"));
        all.push(Aggregate::pct_if(above).of("N"));
        all
    };
    let close = |scanned: &Table, in_memory: &Table| {
        assert_eq!(scanned.specs(), in_memory.specs());
        for spec in in_memory.specs() {
            if spec.element == ElementType::Text {
                assert_eq!(
                    scanned.labels(&spec.name).unwrap(),
                    in_memory.labels(&spec.name).unwrap()
                );
                continue;
            }
            for row in 0..in_memory.n_rows() {
                assert_eq!(
                    scanned.is_null(&spec.name, row).unwrap(),
                    in_memory.is_null(&spec.name, row).unwrap(),
                    "{spec}"
                );
            }
            let full = |table: &Table| {
                table.view().without_nulls(&[&spec.name]).unwrap().to_table().unwrap()
            };
            let (a, b) = (full(scanned).matrix(&spec.name), full(in_memory).matrix(&spec.name));
            for (a, b) in a.unwrap().iter().zip(b.unwrap()) {
                let near = (a - b).abs() <= 1e-12 * b.abs() || (a.is_nan() && b.is_nan());
                assert!(*a == b || near, "{spec}: {a} {b}");
            }
        }
    };
    let scanned = data.scan().unwrap().aggregate_by(&["Run", "Cond"], wanted()).unwrap();
    close(&scanned, &table.group_by(&["Run", "Cond"]).unwrap().aggregate(wanted()).unwrap());
    let scanned = data.scan().unwrap().aggregate_by(&[], wanted()).unwrap();
    close(&scanned, &table.view().aggregate(wanted()).unwrap());
    let few = data.scan().unwrap().filter(col("N").lt(lit(-1))).aggregate_by(&["Cond"], wanted());
    assert_eq!(few.unwrap().n_rows(), 0);
    let median = data.scan().unwrap().aggregate_by(&[], [("Act", Aggregate::Median)]);
    assert!(median.unwrap_err().to_string().contains("all numbers at once"));
    let missing = data.scan().unwrap().aggregate_by(&["Con"], [("Act", Aggregate::Mean)]);
    assert!(matches!(missing, Err(TableError::MissingColumn { nearest: Some(_), .. })));
    let texts = data.scan().unwrap().aggregate_by(&["Run"], [("Cond", Aggregate::Mean)]);
    assert!(matches!(texts, Err(TableError::TypeMismatch { .. })));
}
