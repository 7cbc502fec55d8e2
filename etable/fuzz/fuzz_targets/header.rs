//! Any names are columns or a typed error, and lines of as many empty cells are rows of them.

#![no_main]

use etable::{CsvHeader, CsvOptions, Table};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|names: Vec<&str>| {
    let quoted: Vec<String> =
        names.iter().map(|name| format!("\"{}\"", name.replace('"', "\"\""))).collect();
    let text = format!("{}\n{}\n", quoted.join(","), ",".repeat(names.len().saturating_sub(1)));
    for inner_first in [false, true] {
        let mut options = CsvOptions::csv().with_header(CsvHeader::Emergent);
        options.inner_first = inner_first;
        if let Ok(table) = Table::from_csv(&text, &options) {
            assert!(table.n_columns() <= names.len());
        }
    }
});
