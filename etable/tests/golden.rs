//! The reference's own table files: read to the values it had, and written byte for byte.

use std::fs;

use etable::{CellShape, ColumnSpec, CsvHeader, CsvOptions, ElementType, Table, TableError};
use ndarray::ArrayD;
use serde_json::Value;

fn golden(name: &str) -> String {
    format!(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/golden/{}"), name)
}

fn io_json() -> Value {
    let text = fs::read_to_string(golden("etable_io.json")).expect("the golden file is there");
    serde_json::from_str(&text).expect("the golden file is JSON")
}

fn numbers(values: &Value) -> Vec<f64> {
    values.as_array().unwrap().iter().map(|value| value.as_f64().unwrap()).collect()
}

fn texts(values: &Value) -> Vec<String> {
    values.as_array().unwrap().iter().map(|value| value.as_str().unwrap().to_string()).collect()
}

fn options(delimiter: &str) -> CsvOptions {
    if delimiter == "tab" { CsvOptions::tsv() } else { CsvOptions::csv() }
}

/// The table that the reference wrote, made from the JSON description of it.
fn source(description: &Value) -> Table {
    let mut table = Table::new();
    for column in description["cols"].as_array().unwrap() {
        let name = column["name"].as_str().unwrap();
        let sizes: Vec<usize> =
            numbers(&column["shape"]).iter().map(|&size| size as usize).collect();
        let names = texts(&column["dim_names"]);
        let names: Vec<&str> = names[1..].iter().map(String::as_str).collect();
        let values = &column["values"];
        match (column["type"].as_str().unwrap(), sizes.len()) {
            ("STRING", 1) => table.add_column(name, texts(values)).unwrap(),
            ("STRING", _) => {
                table.add_text_tensor(name, texts(values), &sizes[1..], &names).unwrap()
            }
            ("INT64", 1) => {
                let values: Vec<i64> = numbers(values).iter().map(|&value| value as i64).collect();
                table.add_column(name, values).unwrap();
            }
            ("FLOAT64", 1) => table.add_column(name, numbers(values)).unwrap(),
            ("FLOAT32", _) => {
                let values = numbers(values).iter().map(|&value| value as f32).collect();
                let values = ArrayD::<f32>::from_shape_vec(sizes, values).unwrap();
                table.add_tensor(name, values, &names).unwrap();
            }
            (other, _) => panic!("the golden file has a column of {other}"),
        }
    }
    table
}

/// Every column of the table read equals the description; dimension names are not in the file.
fn assert_reread(table: &Table, description: &Value) {
    assert_eq!(table.n_rows() as u64, description["rows"].as_u64().unwrap());
    let columns = description["cols"].as_array().unwrap();
    assert_eq!(table.n_columns(), columns.len());
    for (spec, column) in table.specs().iter().zip(columns) {
        assert_eq!(spec.name, column["name"].as_str().unwrap());
        let sizes: Vec<usize> =
            numbers(&column["shape"])[1..].iter().map(|&size| size as usize).collect();
        assert_eq!(spec.shape.sizes(), sizes, "{}", spec.name);
        match spec.element {
            ElementType::Text if sizes.is_empty() => {
                assert_eq!(table.labels(&spec.name).unwrap(), texts(&column["values"]));
            }
            ElementType::Text => {
                let rows =
                    (0..table.n_rows()).flat_map(|row| table.text_cell(&spec.name, row).unwrap());
                assert_eq!(rows.collect::<Vec<_>>(), texts(&column["values"]));
            }
            _ => {
                let read = table.matrix(&spec.name).unwrap();
                assert_eq!(read.into_raw_vec_and_offset().0, numbers(&column["values"]));
            }
        }
    }
}

#[test]
fn files_of_the_reference_are_read_to_its_values() {
    let io = io_json();
    for delimiter in ["tab", "comma"] {
        let path = golden(&format!("etable_{delimiter}_hdrtrue.csv"));
        let table = Table::read_csv(path, &options(delimiter)).unwrap();
        assert_reread(&table, &io[format!("{delimiter}_reread")]);
        assert!(table.is_null("Name", 3).unwrap(), "an empty cell is a null");
    }
    let path = golden("etable_tab_hdrtrue_cpp_style.csv");
    assert_reread(&Table::read_csv(path, &CsvOptions::tsv()).unwrap(), &io["tab_reread"]);
}

#[test]
fn files_are_written_byte_for_byte_as_the_reference_writes_them() {
    let io = io_json();
    let table = source(&io["source"]);
    let folder = tempfile::tempdir().unwrap();
    let written = folder.path().join("written.csv");
    for delimiter in ["tab", "comma"] {
        for (header, suffix) in [(CsvHeader::Emergent, "hdrtrue"), (CsvHeader::None, "hdrfalse")] {
            table.write_csv(&written, &options(delimiter).with_header(header)).unwrap();
            let expected = golden(&format!("etable_{delimiter}_{suffix}.csv"));
            assert_eq!(
                fs::read_to_string(&written).unwrap(),
                fs::read_to_string(expected).unwrap(),
                "{delimiter} {suffix}"
            );
        }
    }
    table.write_csv(&written, &CsvOptions::tsv().with_row_markers()).unwrap();
    assert_eq!(
        fs::read_to_string(&written).unwrap(),
        fs::read_to_string(golden("etable_tab_hdrtrue_cpp_style.csv")).unwrap()
    );
}

#[test]
fn a_file_without_header_is_read_with_given_columns() {
    let io = io_json();
    let specs = source(&io["source"]).specs().to_vec();
    let options = CsvOptions::csv().with_header(CsvHeader::None).with_specs(specs.clone());
    let table = Table::read_csv(golden("etable_comma_hdrfalse.csv"), &options).unwrap();
    assert_reread(&table, &io["comma_reread"]);
    assert_eq!(table.spec("Mat").unwrap().shape, CellShape::new(&[2, 3], &["Y", "X"]).unwrap());

    let options = CsvOptions::csv().with_specs(specs);
    let table = Table::read_csv(golden("etable_comma_hdrtrue.csv"), &options).unwrap();
    assert_eq!(table.spec("Mat").unwrap().shape.names(), ["Y", "X"]);
    let other = CsvOptions::csv().with_specs([ColumnSpec::scalar("Other", ElementType::Text)]);
    let error = Table::read_csv(golden("etable_comma_hdrtrue.csv"), &other).unwrap_err();
    assert!(matches!(error, TableError::Malformed { .. }), "{error}");
}

#[test]
fn plain_headers_get_the_types_the_reference_infers() {
    let io = io_json();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plain.csv");
    fs::write(&path, io["plain_src"].as_str().unwrap()).unwrap();
    let table = Table::read(&path).unwrap();
    for (spec, column) in table.specs().iter().zip(io["plain_read"]["cols"].as_array().unwrap()) {
        let expected = match column["type"].as_str().unwrap() {
            "STRING" => ElementType::Text,
            "INT64" => ElementType::Int64,
            _ => ElementType::Float64,
        };
        assert_eq!(
            (spec.name.as_str(), spec.element),
            (column["name"].as_str().unwrap(), expected)
        );
    }
    assert_eq!(table.numbers("X").unwrap(), [0.5, 0.001]);
    assert!(table.is_null("E", 0).unwrap());
    assert_eq!(table.cell::<i64>("E", 1).unwrap(), 4);
}

/// The layout of C++ emergent: markers, the inner dimension first, all its type characters.
#[test]
fn files_of_cpp_emergent_are_read_and_written() {
    let text = "_H:\t$Name\t&Var\t|N\t@Byte\t#SSE\t%Act[2:0,0]<2:3,2>\t%Act[2:1,0]\t%Act[2:2,0]\t\
                %Act[2:0,1]\t%Act[2:1,1]\t%Act[2:2,1]\t\n\
                _D:\t\"a \"\"b\"\"\"\tv\t-3\t255\t0.25\t0\t1\t2\t10\t11\t12\t\n\
                _D:\tc\t\t4\t0\t1e-05\t20\t21\t22\t30\t31\t\t\n";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cpp.dat");
    fs::write(&path, text).unwrap();
    let table = Table::read(&path).unwrap();
    let types: Vec<String> = table.specs().iter().map(ToString::to_string).collect();
    assert_eq!(
        types,
        ["Name: string", "Var: string", "N: i64", "Byte: u8", "SSE: f64", "Act: f32[2, 3]"]
    );
    assert_eq!(table.texts("Name").unwrap(), ["a \"b\"", "c"]);
    let act = table.elements::<f32>("Act").unwrap();
    assert_eq!(act[[0, 1, 0]], Some(10.0));
    assert_eq!((act[[1, 0, 2]], act[[1, 1, 2]]), (Some(22.0), None));
    table.write_csv(&path, &CsvOptions::cpp_emergent()).unwrap();
    let written = fs::read_to_string(&path).unwrap();
    assert!(
        written.starts_with("_H:\t$Name\t$Var\t|N\t@Byte\t#SSE\t%Act[2:0,0]<2:3,2>\t%Act[2:1,0]")
    );
    assert!(written.ends_with("_D:\tc\t\t4\t0\t1E-05\t20\t21\t22\t30\t31\t\n"), "{written}");
    assert_eq!(Table::read(&path).unwrap(), table);
}

/// Logs of the textbook's simulations have tabs under names that end in `.csv`.
#[test]
fn the_marker_tells_the_delimiter() {
    let folder = tempfile::tempdir().unwrap();
    for (name, delimiter) in [("log.csv", '\t'), ("log.tsv", ','), ("log.csv", ',')] {
        let lines = ["_H:", "|Run", "#Hidden ActAvg"].join(&delimiter.to_string());
        let data = ["_D:", "3", "0.25"].join(&delimiter.to_string());
        let path = folder.path().join(name);
        std::fs::write(&path, format!("{lines}\n{data}\n")).unwrap();
        let table = Table::read(&path).unwrap();
        assert_eq!(table.column_names(), ["Run", "Hidden ActAvg"], "{name} {delimiter:?}");
        assert_eq!(table.numbers("Hidden ActAvg").unwrap(), [0.25]);
    }
}
