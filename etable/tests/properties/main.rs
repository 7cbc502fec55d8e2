//! What holds for any table: it comes back from every format as it was.

mod tables;

use std::fs;

use etable::{CsvOptions, Table, TableError};
use proptest::prelude::*;

use self::tables::{Kept, assert_same, nulls, seen, tables};

/// How likely a cell or an element is there.
const PRESENT: f64 = 0.8;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn parquet_and_ipc_give_back_everything(table in tables(PRESENT)) {
        let folder = tempfile::tempdir().unwrap();
        for name in ["t.parquet", "t.arrow"] {
            let path = folder.path().join(name);
            table.write(&path).unwrap();
            assert_same(&table, &Table::read(&path).unwrap(), Kept::All)?;
        }
        let batch = table.to_record_batch().unwrap();
        assert_same(&table, &Table::from_record_batch(&batch).unwrap(), Kept::All)?;
        prop_assert_eq!(fs::read_dir(&folder).unwrap().count(), 2);
    }

    #[test]
    fn numpy_gives_back_everything_but_nulls(table in tables(1.0), with_nulls in tables(PRESENT)) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.npz");
        table.write(&path).unwrap();
        assert_same(&table, &Table::read(&path).unwrap(), Kept::All)?;
        let spec = &table.specs()[0];
        table.write_npy(folder.path().join("t.npy"), &spec.name).unwrap();
        let mut column = Table::read(folder.path().join("t.npy")).unwrap();
        column.rename_column("t", spec.name.as_str()).unwrap();
        assert_same(&table.select(&[&spec.name]).unwrap(), &column, Kept::Values)?;
        let any_null = with_nulls.specs().iter().any(|spec| {
            nulls(&with_nulls, spec).contains(&true)
                || seen(&with_nulls, spec).iter().any(|element| element == "None")
        });
        match with_nulls.write(&path) {
            Ok(()) => assert_same(&with_nulls, &Table::read(&path).unwrap(), Kept::All)?,
            Err(error) => {
                let refused = matches!(error, TableError::Unwritable { .. });
                prop_assert!(any_null && refused, "{error}");
            }
        }
    }

    #[test]
    fn json_lines_give_back_all_that_they_are_told(table in tables(PRESENT)) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.jsonl");
        table.write(&path).unwrap();
        let read = Table::read_jsonl_as(&path, table.specs().to_vec()).unwrap();
        assert_same(&table, &read, Kept::Specs)?;
        for spec in table.specs() {
            prop_assert_eq!(nulls(&table, spec), nulls(&read, spec));
        }
        let text = fs::read_to_string(&path).unwrap();
        Table::read(&path).unwrap().write(&path).unwrap();
        prop_assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }

    #[test]
    fn text_gives_back_all_but_names_and_notes(table in tables(PRESENT)) {
        let folder = tempfile::tempdir().unwrap();
        let kinds = [
            CsvOptions::csv(),
            CsvOptions::tsv(),
            CsvOptions::tsv().with_row_markers(),
            CsvOptions::cpp_emergent(),
        ];
        for options in kinds {
            let path = folder.path().join("t.csv");
            table.write_csv(&path, &options).unwrap();
            assert_same(&table, &Table::read_csv(&path, &options).unwrap(), Kept::Values)?;
            let with_specs = options.with_specs(table.specs().to_vec());
            let read = Table::read_csv(&path, &with_specs).unwrap();
            assert_same(&table, &read, Kept::Specs)?;
        }
    }

    #[test]
    fn views_and_their_tables_agree(table in tables(PRESENT), seed: u64) {
        let view = table.view().permute(seed);
        let copied = view.to_table().unwrap();
        prop_assert_eq!(copied.specs(), table.specs());
        for spec in table.specs() {
            let (from, to) = (nulls(&table, spec), nulls(&copied, spec));
            let permuted: Vec<bool> = view.rows().iter().map(|&row| from[row]).collect();
            prop_assert_eq!(permuted, to);
            let (from, to) = (seen(&table, spec), seen(&copied, spec));
            let width = spec.shape.len();
            let rows = view.rows().iter();
            let permuted: Vec<_> =
                rows.flat_map(|row| from[row * width..(row + 1) * width].to_vec()).collect();
            prop_assert_eq!(permuted, to);
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

    /// Cells of any type and shape can be counted, and those of numbers described.
    #[test]
    fn every_column_has_its_figures(table in tables(PRESENT)) {
        let figures = table.describe().unwrap();
        for spec in table.specs().iter().filter(|spec| figures.has_column(&spec.name)) {
            let count = figures.matrix(&spec.name);
            if table.n_rows() > 0 && !seen(&table, spec).iter().any(|e| e == "None" || e == "Some(NaN)") {
                let count = count.unwrap();
                prop_assert!(count.row(0).iter().all(|&count| count == table.n_rows() as f64));
            }
            prop_assert_eq!(figures.spec(&spec.name).unwrap().shape.sizes(), spec.shape.sizes());
        }
        let both = Table::concat([table.view(), table.view()]).unwrap();
        prop_assert_eq!(both.n_rows(), 2 * table.n_rows());
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
