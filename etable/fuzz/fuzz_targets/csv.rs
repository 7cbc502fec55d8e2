//! Any text is a table or a typed error, and a table that was read comes back as it was written.
//! The first byte chooses the options.

#![no_main]

use etable::{CsvHeader, CsvOptions, Table};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, &str)| {
    let (choice, text) = input;
    let options = match choice & 3 {
        0 => CsvOptions::csv(),
        1 => CsvOptions::tsv(),
        2 => CsvOptions::tsv().with_row_markers(),
        _ => CsvOptions::cpp_emergent(),
    };
    let header = match choice >> 2 & 3 {
        0 => CsvHeader::Auto,
        1 => CsvHeader::Emergent,
        2 => CsvHeader::Plain,
        _ => CsvHeader::None,
    };
    let Ok(table) = Table::from_csv(text, &options.clone().with_header(header)) else { return };
    let written = options.clone().with_header(CsvHeader::Emergent);
    let Ok(text) = table.to_csv(&written) else { return };
    let read = Table::from_csv(&text, &written.with_specs(table.specs().to_vec()));
    assert_eq!(read.expect("what was written is read"), table);
});
