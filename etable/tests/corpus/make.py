"""Makes the files of this folder that the libraries of others write (good/, refused/).

    .venv/bin/python etable/tests/corpus/make.py

Made with pyarrow 26.0.1, polars 2.1.0 and numpy 2.4.6. Files that fuzzing found lie in found/ and are
not made here.
"""

import io
import zipfile
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.ipc as ipc
import pyarrow.parquet as pq

HERE = Path(__file__).resolve().parent
GOOD, REFUSED = HERE / "good", HERE / "refused"

kind = pa.fixed_shape_tensor(pa.float32(), [2, 2], dim_names=["Y", "X"])
cells = pa.FixedSizeListArray.from_arrays(
    pa.array(np.arange(12, dtype=np.float32)), 4, mask=pa.array([False, True, False])
)
table = pa.table(
    {
        "Name": ["ä", None, "c\n"],
        "Kind": pa.array(["x", "y", "x"]).dictionary_encode(),
        "N": pa.array([1, None, 3], pa.int16()),
        "X": [0.5, float("nan"), None],
        "Flag": [True, False, None],
        "Act": pa.ExtensionArray.from_storage(kind, cells),
    }
)
pq.write_table(table, GOOD / "pyarrow.parquet", compression="snappy", row_group_size=2)
pq.write_table(table, GOOD / "pages.parquet", compression="gzip", data_page_version="2.0", use_dictionary=False)
for compression in ["lz4", "zstd", "uncompressed"]:
    feather.write_feather(table, GOOD / f"{compression}.arrow", compression=compression)
frame = pl.DataFrame({"N": [1, 2, None], "Act": np.arange(6.0).reshape(3, 2), "S": ["a", "", None]})
frame.write_parquet(GOOD / "polars.parquet", compression="lz4")
frame.write_ipc(GOOD / "polars.arrow")

arrays = {
    "N": np.arange(3, dtype=">i4"),
    "Act": np.asfortranarray(np.arange(12, dtype=np.float32).reshape(3, 2, 2)),
    "S": np.array(["a", "ü", ""]),
}
np.savez(GOOD / "stored.npz", **arrays)
np.savez_compressed(GOOD / "deflated.npz", **arrays)
np.save(GOOD / "Act.npy", arrays["Act"])
np.save(GOOD / "S.npy", arrays["S"])

(GOOD / "plain.csv").write_text('Name,N,X,Flag\n"a ""b"",\nc",1,0.5,True\n,,1e-3,False\n')
(GOOD / "emergent.tsv").write_text(
    "_H:\t$Name\t|N\t@B\t%Act[2:0,0]<2:2,2>\t%Act[2:0,1]\t%Act[2:1,0]\t%Act[2:1,1]\t#Z[1:0]<1:0>\n"
    "_D:\tä\t1\t255\t0\t0.25\tNaN\t+Inf\n_D:\t\"\tx\"\t\t0\t\t\t\t\n"
)
(GOOD / "lines.jsonl").write_text(
    '{"Name":"ä","N":1,"Act":[[0.5,null],["NaN",1e300]],"Flag":true}\n'
    '{"Act":null,"N":18446744073709551615,"Name":null}\n'
)

# Names that occur twice.
twice = pa.Table.from_arrays([pa.array([1]), pa.array([2])], ["A", "A"])
pq.write_table(twice, REFUSED / "twice.parquet")
with ipc.new_file(REFUSED / "twice.arrow", twice.schema) as out:
    out.write_table(twice)
(REFUSED / "twice.csv").write_text("$A,$A\n1,2\n")
(REFUSED / "twice.jsonl").write_text('{"A":1,"A":2}\n')
array = io.BytesIO()
np.save(array, np.arange(3))
with zipfile.ZipFile(REFUSED / "twice.npz", "w") as archive:
    for _ in range(2):
        archive.writestr("A.npy", array.getvalue())

# A footer that claims 10,000,000,000 rows wherever the file has one: 1 and that number as thrift's
# compact integers of a field.
pq.write_table(pa.table({"A": [7]}), REFUSED / "claims.parquet", use_dictionary=False, store_schema=False)
content = (REFUSED / "claims.parquet").read_bytes()
length = int.from_bytes(content[-8:-4], "little")
start = len(content) - 8 - length
footer = content[start:-8].replace(b"\x16\x02", b"\x16\x80\x90\xdf\xc0\x4a")
(REFUSED / "claims.parquet").write_bytes(
    content[:start] + footer + len(footer).to_bytes(4, "little") + b"PAR1"
)

# Header and data, or columns, disagree.
np.savez(REFUSED / "lengths.npz", A=np.arange(3), B=np.arange(4))
np.save(REFUSED / "objects.npy", np.array([{}, 1], object), allow_pickle=True)
np.save(REFUSED / "records.npy", np.zeros(2, [("a", "f4"), ("b", "i4")]))
np.save(REFUSED / "no_axis.npy", np.float64(1))
np.save(REFUSED / "complex.npy", np.zeros(2, complex))
(REFUSED / "short_line.csv").write_text("$A,#B\na,1\nb\n")
(REFUSED / "short_tensor.csv").write_text("%A[1:0]<1:3>,%A[1:1]\n1,2\n")
(REFUSED / "ragged.jsonl").write_text('{"A":[1,2]}\n{"A":[1]}\n')
pq.write_table(pa.table({"D": pa.array([1], pa.timestamp("s"))}), REFUSED / "dates.parquet")
pq.write_table(pa.table({"L": [[1], [1, 2]]}), REFUSED / "lists.parquet")
mixed = pa.table({
    "N": [1, 2],
    "When": pa.array([0, 1], pa.date32()),
    "List": [[1], [1, 2]],
    "T": pa.ExtensionArray.from_storage(kind, cells.slice(0, 2)),
    "Struct": [{"a": 1}, {"a": 2}],
})
pq.write_table(mixed, REFUSED / "mixed.parquet")
feather.write_feather(mixed, REFUSED / "mixed.arrow", compression="lz4")
wrong = pa.field("T", pa.list_(pa.float32(), 4), metadata={
    "ARROW:extension:name": "arrow.fixed_shape_tensor", "ARROW:extension:metadata": '{"shape":[2,3]}',
})
column = pa.FixedSizeListArray.from_arrays(pa.array(np.zeros(4, np.float32)), 4)
with ipc.new_file(REFUSED / "tensor_shape.arrow", pa.schema([wrong])) as out:
    out.write_batch(pa.record_batch([column], schema=pa.schema([wrong])))

# 10 GB claimed by few bytes.
header = b"{'descr': '<f4', 'fortran_order': False, 'shape': (2500000000,), }\n"
claim = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + b"\0" * 16
(REFUSED / "claims.npy").write_bytes(claim)
with zipfile.ZipFile(REFUSED / "claims.npz", "w", zipfile.ZIP_DEFLATED) as archive:
    archive.writestr("A.npy", claim)
(REFUSED / "claims.jsonl").write_text('{"A":[' + ",".join("0" * 20000) + "]}\n" + "{}\n" * 20000)
(REFUSED / "claims.csv").write_text("%A[1:0]<1:2500000000>,%A[1:1]\n1,2\n")
buffer = io.BytesIO()
feather.write_feather(pa.table({"A": pa.array(np.zeros(4242))}), buffer, compression="zstd")
bytes_ = buffer.getvalue()
assert bytes_.count((4242 * 8).to_bytes(8, "little")) >= 1
huge = bytes_.replace((4242 * 8).to_bytes(8, "little"), (10 * 2**30).to_bytes(8, "little"))
(REFUSED / "claims_bytes.arrow").write_bytes(huge)
huge = bytes_.replace((4242).to_bytes(8, "little"), (10 * 2**30).to_bytes(8, "little"))
(REFUSED / "claims_rows.arrow").write_bytes(huge)
for ending in ["parquet", "arrow", "npy", "npz"]:
    (REFUSED / f"magic.{ending}").write_bytes(b"not what the name says\n" * 4)
    (REFUSED / f"empty.{ending}").write_bytes(b"")
