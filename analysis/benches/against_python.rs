//! This crate's side of `against_python.py`, which times it against Python's libraries: answers one order a
//! line on the standard input with the seconds it took and some of the numbers found.

use std::{
    error::Error,
    io::{BufRead, Write},
    time::Instant,
};

use analysis::{Linkage, Metric, Pca, PcaOptions, SimilarityMatrix, linkage, similarity_matrix};
use etable::{Table, ndarray::ArrayD};

fn main() -> Result<(), Box<dyn Error>> {
    if std::env::args().all(|argument| argument != "serve") {
        println!("against_python: run by `python analysis/benches/against_python.py`");
        return Ok(());
    }
    let mut side = Side { table: Table::new(), distances: None };
    for line in std::io::stdin().lock().lines() {
        let words: Vec<String> = line?.split('\t').map(str::to_owned).collect();
        let (seconds, found) = side.answer(&words)?;
        let found: Vec<String> = found.iter().map(f64::to_string).collect();
        println!("{seconds}\t{}", found.join("\t"));
        std::io::stdout().flush()?;
    }
    Ok(())
}

struct Side {
    table: Table,
    distances: Option<SimilarityMatrix>,
}

impl Side {
    fn answer(&mut self, words: &[String]) -> Result<(f64, Vec<f64>), Box<dyn Error>> {
        let start = Instant::now();
        let seconds = |start: Instant| start.elapsed().as_secs_f64();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words[..] {
            ["load", kind, rows, columns, path] => {
                self.table = read(kind, rows.parse()?, columns.parse()?, path)?;
                self.distances = None;
                Ok((seconds(start), vec![]))
            }
            ["correlation"] => {
                let found = similarity_matrix(&self.table, "x", None, Metric::Correlation)?;
                Ok((seconds(start), vec![found.value(0, 1), found.value(7, 1234)]))
            }
            ["components"] => {
                let found = Pca::fit(&self.table, "x", PcaOptions::default())?;
                Ok((seconds(start), found.explained().iter().take(5).copied().collect()))
            }
            ["distances"] => {
                self.distances =
                    Some(similarity_matrix(&self.table, "x", None, Metric::Euclidean)?);
                Ok((seconds(start), vec![]))
            }
            ["linkage"] => {
                let distances = self.distances.as_ref().ok_or("`distances` comes first")?;
                let tree = linkage(distances, Linkage::Average)?;
                Ok((seconds(start), tree.heights().into_iter().rev().take(5).collect()))
            }
            ["tree"] => {
                let distances = similarity_matrix(&self.table, "x", None, Metric::Euclidean)?;
                let tree = linkage(&distances, Linkage::Average)?;
                Ok((seconds(start), tree.heights().into_iter().rev().take(5).collect()))
            }
            _ => Err(format!("unknown order {words:?}").into()),
        }
    }
}

/// Numbers in the machine's byte order, row by row.
fn read(kind: &str, rows: usize, columns: usize, path: &str) -> Result<Table, Box<dyn Error>> {
    let bytes = std::fs::read(path)?;
    let shape = vec![rows, columns];
    let (words, _) = bytes.as_chunks::<4>();
    let (doubles, _) = bytes.as_chunks::<8>();
    let table = Table::new();
    Ok(match kind {
        "float32" => {
            let values = words.iter().map(|word| f32::from_ne_bytes(*word)).collect();
            table.with_tensor("x", ArrayD::from_shape_vec(shape, values)?, &["unit"])?
        }
        _ => {
            let values = doubles.iter().map(|word| f64::from_ne_bytes(*word)).collect();
            table.with_tensor("x", ArrayD::from_shape_vec(shape, values)?, &["unit"])?
        }
    })
}
