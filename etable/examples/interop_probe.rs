//! probe
use etable::Table;
use ndarray::Array3;
fn main() {
    let a: Vec<String> = std::env::args().collect();
    if a[1] == "write" {
        let act = Array3::from_shape_fn((3, 2, 3), |(r, y, x)| (r * 6 + y * 3 + x) as f32);
        let mut t = Table::new()
            .with_column("Name", [Some("a"), None, Some("ü")])
            .unwrap()
            .with_column("SSE", [0.5, f64::NAN, 2.0])
            .unwrap()
            .with_column("N", [1_i64, 2, 3])
            .unwrap()
            .with_column("Ok", [true, false, true])
            .unwrap()
            .with_tensor("Act", act, &["y", "x"])
            .unwrap();
        t.add_text_tensor(
            "T",
            ["a", "b", "c", "d", "e", "f"].map(String::from).to_vec(),
            &[2],
            &["s"],
        )
        .unwrap();
        t.metadata_mut().insert("seed".into(), "1".into());
        t.column_metadata_mut("Act").unwrap().insert("desc".into(), "acts".into());
        t.write(format!("{}/ours.parquet", a[2])).unwrap();
        t.write(format!("{}/ours.arrow", a[2])).unwrap();
        let e = t.view().take(&[]).unwrap().to_table().unwrap();
        e.write(format!("{}/empty.parquet", a[2])).unwrap();
        e.write(format!("{}/empty.arrow", a[2])).unwrap();
        println!("{}", Table::read(format!("{}/ours.parquet", a[2])).unwrap());
        std::fs::write(format!("{}/t.html", a[2]), t.to_html()).unwrap();
    } else {
        for f in &a[2..] {
            match Table::read(f) {
                Ok(t) => println!("{f}\n{t}{:?}", t.metadata()),
                Err(e) => println!("{f}\nERROR {e}"),
            }
        }
    }
}
