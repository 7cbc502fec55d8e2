//! What holds for any table: it comes back from every format as it was.

use etable::{CellValue, ColumnSpec, CsvOptions, ElementType, Table, TableBuilder};
use proptest::prelude::*;

/// A column and its cells as elements; `None` for a null cell.
type Cells = Vec<Option<Vec<CellValue>>>;

fn element(element: ElementType) -> BoxedStrategy<CellValue> {
    match element {
        ElementType::Bool => any::<bool>().prop_map(CellValue::Bool).boxed(),
        ElementType::Int64 => any::<i64>().prop_map(CellValue::Int64).boxed(),
        ElementType::Float32 => prop_oneof![
            any::<f32>(),
            Just(f32::NAN),
            Just(f32::INFINITY),
            Just(f32::NEG_INFINITY),
            Just(-0.0),
            (-1000_i32..1000).prop_map(|value| value as f32 / 8.0),
        ]
        .prop_map(CellValue::Float32)
        .boxed(),
        ElementType::Float64 => prop_oneof![
            any::<f64>(),
            Just(f64::NAN),
            Just(f64::INFINITY),
            Just(f64::MIN_POSITIVE / 3.0),
            (-1000_i32..1000).prop_map(|value| f64::from(value) / 10.0),
        ]
        .prop_map(CellValue::Float64)
        .boxed(),
        ElementType::Text => prop_oneof![
            "[a-c ,\t\"\n\r'%$#|^_:D<>éß漢😀]{1,8}",
            Just("_D:".to_string()),
            Just("NaN".to_string()),
        ]
        .prop_map(CellValue::Text)
        .boxed(),
    }
}

fn column(n_rows: usize) -> impl Strategy<Value = (ColumnSpec, Cells)> {
    let types = prop_oneof![
        Just(ElementType::Bool),
        Just(ElementType::Int64),
        Just(ElementType::Float32),
        Just(ElementType::Float64),
        Just(ElementType::Text),
    ];
    let shapes = prop_oneof![
        3 => Just(vec![]),
        1 => Just(vec![1]),
        1 => Just(vec![3]),
        1 => Just(vec![2, 3]),
        1 => Just(vec![2, 1, 2, 2]),
    ];
    (types, shapes, any::<bool>()).prop_flat_map(move |(kind, sizes, named)| {
        // Tensors of flags and texts have no row-wise builder; see `from_cells`.
        let kind = if sizes.is_empty() || kind.is_number() { kind } else { ElementType::Float32 };
        let names = ["a", "b", "ç", "d"];
        let names = if named { &names[..sizes.len()] } else { &[] };
        let spec = ColumnSpec::tensor("?", kind, &sizes, names).unwrap();
        let cell = proptest::collection::vec(element(kind), spec.shape.len());
        let cells = proptest::collection::vec(proptest::option::weighted(0.8, cell), n_rows);
        cells.prop_map(move |cells| (spec.clone(), cells))
    })
}

fn any_table() -> impl Strategy<Value = (Vec<(ColumnSpec, Cells)>, Table)> {
    let name = "[A-Z][a-zA-Z0-9 ,\"%é\\[\\]]{0,6}";
    (0_usize..6, 1_usize..5)
        .prop_flat_map(move |(n_rows, n_columns)| {
            (
                proptest::collection::vec(column(n_rows), n_columns),
                proptest::collection::btree_set(name, n_columns),
                proptest::collection::btree_map("[a-z]{1,4}", ".{0,6}", 0..3),
                Just(n_rows),
            )
        })
        .prop_map(|(mut columns, names, metadata, n_rows)| {
            for ((spec, _), name) in columns.iter_mut().zip(names) {
                spec.name = name;
                spec.metadata = metadata.clone();
            }
            let mut table = from_cells(&columns, n_rows);
            *table.metadata_mut() = metadata;
            (columns, table)
        })
}

fn from_cells(columns: &[(ColumnSpec, Cells)], n_rows: usize) -> Table {
    let mut builder = TableBuilder::new(columns.iter().map(|(spec, _)| spec.clone())).unwrap();
    for row in 0..n_rows {
        let mut line = builder.row();
        for (spec, cells) in columns {
            line = match &cells[row] {
                None => line.set(&spec.name, CellValue::Null),
                Some(cell) if spec.shape.is_scalar() => line.set(&spec.name, cell[0].clone()),
                Some(cell) => {
                    let name = &spec.name;
                    match spec.element {
                        ElementType::Int64 => line.set_tensor(
                            name,
                            &unwrapped(cell, |value| {
                                if let CellValue::Int64(value) = value { *value } else { panic!() }
                            }),
                        ),
                        ElementType::Float32 => line.set_tensor(
                            name,
                            &unwrapped(cell, |value| {
                                if let CellValue::Float32(value) = value {
                                    *value
                                } else {
                                    panic!()
                                }
                            }),
                        ),
                        _ => line.set_tensor(
                            name,
                            &unwrapped(cell, |value| {
                                if let CellValue::Float64(value) = value {
                                    *value
                                } else {
                                    panic!()
                                }
                            }),
                        ),
                    }
                }
            }
            .unwrap();
        }
        line.finish().unwrap();
    }
    builder.finish().unwrap()
}

fn unwrapped<T>(cell: &[CellValue], value: impl Fn(&CellValue) -> T) -> Vec<T> {
    cell.iter().map(value).collect()
}

/// The cell as bits and texts, so that NaN equals NaN and -0 differs from 0.
fn seen(table: &Table, spec: &ColumnSpec, row: usize) -> Option<Vec<String>> {
    if table.is_null(&spec.name, row).unwrap() {
        return None;
    }
    let name = &spec.name;
    let bits64 = |value: f64| {
        if value.is_nan() { "NaN".into() } else { value.to_bits().to_string() }
    };
    Some(match (spec.element, spec.shape.is_scalar()) {
        (ElementType::Bool, true) => vec![table.cell::<bool>(name, row).unwrap().to_string()],
        (ElementType::Text, true) => vec![table.cell::<String>(name, row).unwrap()],
        (ElementType::Text, false) => table.text_cell(name, row).unwrap(),
        (ElementType::Int64, _) => {
            table.tensor_cell::<i64>(name, row).unwrap().iter().map(i64::to_string).collect()
        }
        (ElementType::Float32, _) => {
            let cell = table.tensor_cell::<f32>(name, row).unwrap();
            cell.iter().map(|&value| bits64(value.into())).collect()
        }
        _ => {
            let cell = table.tensor_cell::<f64>(name, row).unwrap();
            cell.iter().map(|&value| bits64(value)).collect()
        }
    })
}

/// Equal in names, types, sizes and every bit; with `notes`, in dimension names and metadata, too.
fn assert_same(expected: &Table, read: &Table, notes: bool) -> Result<(), TestCaseError> {
    prop_assert_eq!(expected.n_rows(), read.n_rows());
    prop_assert_eq!(expected.column_names(), read.column_names());
    if notes {
        prop_assert_eq!(expected.specs(), read.specs());
        prop_assert_eq!(expected.metadata(), read.metadata());
    }
    for (spec, other) in expected.specs().iter().zip(read.specs()) {
        prop_assert_eq!(spec.element, other.element);
        prop_assert_eq!(spec.shape.sizes(), other.shape.sizes());
        for row in 0..expected.n_rows() {
            prop_assert_eq!(seen(expected, spec, row), seen(read, spec, row), "{} {}", spec, row);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn parquet_and_ipc_give_back_everything((_, table) in any_table()) {
        let folder = tempfile::tempdir().unwrap();
        for name in ["t.parquet", "t.arrow"] {
            let path = folder.path().join(name);
            table.write(&path).unwrap();
            assert_same(&table, &Table::read(&path).unwrap(), true)?;
        }
        let batch = table.to_record_batch().unwrap();
        assert_same(&table, &Table::from_record_batch(&batch).unwrap(), true)?;
        prop_assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 2);
    }

    #[test]
    fn text_gives_back_all_but_names_and_notes((_, table) in any_table()) {
        let folder = tempfile::tempdir().unwrap();
        for options in [CsvOptions::csv(), CsvOptions::tsv(), CsvOptions::tsv().with_row_markers()] {
            let path = folder.path().join("t.csv");
            table.write_csv(&path, &options).unwrap();
            assert_same(&table, &Table::read_csv(&path, &options).unwrap(), false)?;
            let with_specs = options.with_specs(table.specs().to_vec());
            let read = Table::read_csv(&path, &with_specs).unwrap();
            prop_assert_eq!(read.specs(), table.specs());
        }
    }

    #[test]
    fn views_and_their_tables_agree((_, table) in any_table(), seed: u64) {
        let view = table.view().permute(seed);
        let copied = view.to_table().unwrap();
        prop_assert_eq!(copied.specs(), table.specs());
        for spec in table.specs() {
            for (position, &row) in view.rows().iter().enumerate() {
                prop_assert_eq!(seen(&table, spec, row), seen(&copied, spec, position));
            }
            if spec.shape.is_scalar() {
                prop_assert_eq!(view.labels(&spec.name).unwrap(), copied.labels(&spec.name).unwrap());
            }
        }
        let mut sorted = view.rows().to_vec();
        sorted.sort();
        prop_assert_eq!(sorted, (0..table.n_rows()).collect::<Vec<_>>());
        prop_assert!(!table.to_string().is_empty());
        prop_assert!(table.to_html().ends_with("</div>"));
    }

    #[test]
    fn sorting_is_stable_and_ordered(values in proptest::collection::vec(-3_i64..3, 0..40)) {
        let n = values.len();
        let table = Table::new().with_column("V", values.clone()).unwrap();
        for descending in [false, true] {
            let view = table.view().sort(&["V"], descending).unwrap();
            for pair in view.rows().windows(2) {
                let (a, b) = (values[pair[0]], values[pair[1]]);
                let ordered = if descending { a > b } else { a < b };
                prop_assert!(ordered || (a == b && pair[0] < pair[1]));
            }
            prop_assert_eq!(view.n_rows(), n);
        }
    }
}
