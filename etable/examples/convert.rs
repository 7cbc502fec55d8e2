//! Converts a table from one file format to another, by their extensions:
//!
//! ```text
//! cargo run --example convert -- out/ra25/trials.parquet trials.npz
//! ```
//!
//! A folder is read as a dataset of Parquet files. To a `.npy` file goes the column named third; to
//! a folder (`name/`), a dataset parted by the columns named from the third on.

use std::path::Path;
use std::process::ExitCode;

use etable::{Dataset, Result, Table};

fn convert(from: &str, to: &str, columns: &[&str]) -> Result<Table> {
    let table = match Path::new(from).is_dir() {
        true => Dataset::open(from)?.read()?,
        false => Table::read(from)?,
    };
    match columns {
        _ if to.ends_with('/') => table.write_dataset(to, columns)?,
        [column] if to.ends_with(".npy") => table.write_npy(to, column)?,
        _ => table.write(to)?,
    }
    Ok(table)
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let [from, to, columns @ ..] = &arguments[..] else {
        eprintln!("usage: convert FROM TO [COLUMN...]");
        return ExitCode::from(2);
    };
    match convert(from, to, columns) {
        Ok(table) => {
            println!("{} rows", table.n_rows());
            table.specs().iter().for_each(|spec| println!("{spec}"));
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
