//! Files written here, read by the tools of others, and theirs read here.

use emergent::etable::ndarray::{Array, IxDyn};
use emergent::prelude::*;
use tests::python;

fn tensor(rows: usize) -> Array<f32, IxDyn> {
    Array::from_shape_fn(IxDyn(&[rows, 2, 3]), |i| (i[0] * 100 + i[1] * 10 + i[2]) as f32 / 8.0)
}

fn example() -> Table {
    Table::new()
        .with_column("Name", vec!["ä, \"one\"", "two", "three"])
        .and_then(|table| table.with_column("Trial", vec![1_i64, 2, 3]))
        .and_then(|table| table.with_column("SSE", vec![0.5_f64, f64::NAN, -1e300]))
        .and_then(|table| table.with_column("Correct", vec![true, false, true]))
        .and_then(|table| table.with_tensor("Act", tensor(3), &["Y", "X"]))
        .expect("the columns have three rows each")
}

const CHECK: &str = r#"
import json, math, sys
import numpy as np, pyarrow as pa, pyarrow.parquet as pq, pyarrow.ipc as ipc
path = sys.argv[1]
table = pq.read_table(path) if path.endswith(".parquet") else ipc.open_file(path).read_all()
kind = table.schema.field("Act").type
assert isinstance(kind, pa.FixedShapeTensorType), kind
assert list(kind.shape) == [2, 3], kind.shape
assert list(kind.dim_names) == ["Y", "X"], kind.dim_names
assert kind.value_type == pa.float32(), kind.value_type
act = table.column("Act").combine_chunks()
act = (act.chunk(0) if isinstance(act, pa.ChunkedArray) else act).to_numpy_ndarray()
want = np.fromfunction(lambda r, y, x: (r * 100 + y * 10 + x) / 8, (3, 2, 3)).astype(np.float32)
assert act.dtype == np.float32 and act.shape == (3, 2, 3) and (act == want).all(), act
assert table.column("Name").to_pylist() == ["ä, \"one\"", "two", "three"]
assert table.column("Trial").to_pylist() == [1, 2, 3]
sse = table.column("SSE").to_pylist()
assert sse[0] == 0.5 and math.isnan(sse[1]) and sse[2] == -1e300, sse
assert table.column("Correct").to_pylist() == [True, False, True]
print("checked")
"#;

#[test]
fn pyarrow_reads_tensor_columns_with_shape_names_and_values() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for name in ["table.parquet", "table.arrow"] {
        let path = folder.path().join(name);
        example().write(&path).expect("the table is written");
        assert_eq!(python(CHECK, &[&path]).trim(), "checked", "{name}");
    }
}

const WRITE: &str = r#"
import sys
import numpy as np, pyarrow as pa, pyarrow.parquet as pq, pyarrow.ipc as ipc
values = np.arange(24, dtype=np.float64).reshape(4, 3, 2)
kind = pa.fixed_shape_tensor(pa.float64(), [3, 2], dim_names=["Y", "X"])
storage = pa.FixedSizeListArray.from_arrays(pa.array(values.ravel()), 6)
tensor = pa.ExtensionArray.from_storage(kind, storage)
table = pa.table({"Label": ["a", "b", None, "d"], "Act": tensor, "N": pa.array([1, 2, 3, 4], pa.int64())})
pq.write_table(table, sys.argv[1])
with ipc.new_file(sys.argv[2], table.schema) as out:
    out.write_table(table)
"#;

#[test]
fn files_of_pyarrow_open_here() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let paths = ["theirs.parquet", "theirs.arrow"].map(|name| folder.path().join(name));
    python(WRITE, &paths);
    for path in paths {
        let table = Table::read(&path).expect("a file of pyarrow");
        let spec = table.spec("Act").expect("the tensor column");
        assert_eq!(spec.shape.sizes(), [3, 2], "{}", path.display());
        assert_eq!(spec.shape.names(), ["Y", "X"], "{}", path.display());
        let act = table.tensor::<f64>("Act").expect("the tensor column");
        let expected: Vec<f64> = (0..24).map(f64::from).collect();
        assert_eq!(act.iter().copied().collect::<Vec<_>>(), expected, "{}", path.display());
        assert_eq!(table.numbers("N").expect("integers"), [1.0, 2.0, 3.0, 4.0]);
        assert!(table.texts("Label").is_err(), "row 2 of Label is null");
    }
}
