//! Our side of `benches/peers.py`: does one thing for each line it is told, and prints how long it
//! took in seconds.
//!
//! The table has 1 million rows of two numbers, a text and a 7 × 7 tensor of f32 (196 MB); the
//! tensor is that of `act.npy` in the folder named as the first argument.

use std::io::{BufRead, Write};
use std::path::Path;
use std::time::Instant;

use etable::ndarray::{Array3, ArrayD};
use etable::{
    Aggregate, ColumnSpec, ElementType, LogFolder, LogWriter, Result, RowBuilder, ScanAggregate,
    Table, TableBuilder,
};

const ROWS: usize = 1_000_000;
const GROUPS: usize = 100;

fn specs() -> Result<[ColumnSpec; 4]> {
    Ok([
        ColumnSpec::scalar("Group", ElementType::Int64),
        ColumnSpec::scalar("SSE", ElementType::Float64),
        ColumnSpec::scalar("Name", ElementType::Text),
        ColumnSpec::tensor("Act", ElementType::Float32, &[7, 7], &["y", "x"])?,
    ])
}

fn set(row: RowBuilder<'_>, index: usize, act: &[f32]) -> Result<()> {
    row.set("Group", index % GROUPS)?
        .set("SSE", index as f64 / 7.0)?
        .set("Name", "trial")?
        .set_tensor("Act", act)?
        .finish()
}

fn append() -> Result<Table> {
    let mut builder = TableBuilder::new(specs()?)?;
    let mut act = [0.0_f32; 49];
    for index in 0..ROWS {
        act[index % 49] = index as f32;
        set(builder.row(), index, &act)?;
    }
    builder.finish()
}

/// The greatest memory in use so far, in MB.
fn peak() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.trim().split(' ').next()?.parse::<f64>().ok());
    kilobytes.unwrap_or(f64::NAN) / 1024.0
}

/// Logs to disk, and tells the memory in use after each part of the rows.
fn log(folder: &Path, rows: usize) -> Result<()> {
    let mut log = LogWriter::to_folder(folder.join("log"), specs()?)?;
    let mut act = [0.0_f32; 49];
    for index in 0..rows {
        act[index % 49] = index as f32;
        set(log.row()?, index, &act)?;
        if (index + 1).is_multiple_of(rows / 5) {
            println!("{} rows: {:.0} MB", index + 1, peak());
        }
    }
    log.close()?;
    let scan = LogFolder::open(folder.join("log"))?.scan()?;
    let start = Instant::now();
    let means =
        scan.aggregate_by(&["Group"], [("Act", Aggregate::Mean), ("Act", Aggregate::Std)])?;
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "mean and std of {} groups, scanned: {seconds:.1} s, {:.0} MB",
        means.n_rows(),
        peak()
    );
    Ok(())
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let folder = Path::new(arguments.first().map_or(".", String::as_str));
    if let Some(rows) = arguments.get(1).and_then(|rows| rows.parse().ok()) {
        return log(folder, rows);
    }
    let act = Table::read(folder.join("act.npy"))?;
    let act: ArrayD<f32> = act.tensor::<f32>("act")?.to_owned();
    let small = Table::new().with_tensor("Act", Array3::<f32>::zeros((1000, 7, 7)), &[])?;
    let table = Table::new()
        .with_column("Group", (0..ROWS).map(|row| (row % GROUPS) as i64).collect::<Vec<_>>())?
        .with_column("SSE", (0..ROWS).map(|row| row as f64 / 7.0).collect::<Vec<_>>())?
        .with_column("Name", vec!["trial"; ROWS])?
        .with_tensor("Act", act, &["y", "x"])?;
    println!("ready");
    for line in std::io::stdin().lock().lines() {
        let line = line.unwrap_or_default();
        let start = Instant::now();
        match line.as_str() {
            "append" => drop(append()?),
            "mean" => {
                let splits = table.group_by(&["Group"])?;
                drop(splits.aggregate([("Act", Aggregate::Mean)])?);
            }
            "std" => {
                let splits = table.group_by(&["Group"])?;
                drop(splits.aggregate([("Act", Aggregate::Std)])?);
            }
            "group" => drop(table.group_by(&["Group"])?),
            "write" => table.write(folder.join("ours.parquet"))?,
            "read" => drop(Table::read(folder.join("theirs.parquet"))?),
            "view" => drop(table.tensor::<f32>("Act")?),
            "view small" => drop(small.tensor::<f32>("Act")?),
            other => eprintln!("`{other}` is not known"),
        }
        println!("{:e}", start.elapsed().as_secs_f64());
        std::io::stdout().flush().unwrap_or_default();
    }
    Ok(())
}
