"""Tables go to pyarrow, pandas, polars, xarray and NumPy, and come from them.

Our side is the example `convert`, which reads one format and writes another.
"""

import json
import math
import os
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.feather as feather
import pyarrow.parquet as pq
import pytest
import xarray as xr

ROOT = Path(__file__).resolve().parent.parent
CONVERT = ROOT / os.environ.get("CARGO_TARGET_DIR", "target") / "debug" / "examples" / "convert"

NUMBERS = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float32", "float64"]
SHAPE = [2, 3]
ROWS = 4
TEXTS = ['ä, "one"', "two\nlines\t", "", "漢😀"]


def convert(source, target, *columns):
    """The columns that our side read, as it prints them."""
    done = subprocess.run([CONVERT, str(source), str(target), *columns], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[1:]


def write_ours(folder, table, name, *columns):
    """Where our side wrote a table of pyarrow's, in the format of a name."""
    pq.write_table(table, folder / "theirs.parquet")
    convert(folder / "theirs.parquet", f"{folder}/{name}", *columns)
    return folder / name


def numbers(dtype, n):
    """Numbers of a type, the least and the greatest among them."""
    if dtype.startswith("float"):
        values = np.arange(n, dtype=dtype) / np.dtype(dtype).type(3)
        values[1:4] = [np.nan, -np.inf, np.finfo(dtype).tiny]
    else:
        values = np.arange(n).astype(dtype)
        values[1:3] = [np.iinfo(dtype).min, np.iinfo(dtype).max]
    return values


def tensor(dtype, mask=None):
    kind = pa.fixed_shape_tensor(pa.from_numpy_dtype(dtype), SHAPE, dim_names=["Y", "X"])
    flat = pa.array(numbers(dtype, ROWS * 6))
    storage = pa.FixedSizeListArray.from_arrays(flat, 6, mask=mask)
    return pa.ExtensionArray.from_storage(kind, storage)


def example(nulls=False):
    """A table of every type, scalar and tensor."""
    columns = {"Text": pa.array(TEXTS), "Flag": pa.array([True, False, True, True])}
    for dtype in NUMBERS:
        columns[dtype] = pa.array(numbers(dtype, ROWS))
        columns[f"{dtype}s"] = tensor(dtype)
    if nulls:
        columns["NullText"] = pa.array(["a", None, "", "b"])
        columns["NullFlag"] = pa.array([None, True, False, None])
        columns["NullNumber"] = pa.array([1.5, None, math.nan, None])
        columns["NullTensor"] = tensor("float32", pa.array([False, True, False, True]))
        with_elements = pa.array([[1, None], [3, 4], None, [5, 6]], pa.list_(pa.int16(), 2))
        kind = pa.fixed_shape_tensor(pa.int16(), [2])
        columns["NullElement"] = pa.ExtensionArray.from_storage(kind, with_elements)
    return pa.table(columns)


def ndarray(column):
    chunk = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    chunk = chunk.chunk(0) if isinstance(chunk, pa.ChunkedArray) else chunk
    return chunk.to_numpy_ndarray()


def storage(column):
    """The values of a column as Python's, tensors flat."""
    if isinstance(column.type, pa.ExtensionType):
        return [row for chunk in column.chunks for row in chunk.storage.to_pylist()]
    return column.to_pylist()


def same(left, right):
    """Equal, NaN too."""
    return repr(left) == repr(right)


def assert_equal(table, expected):
    """Equal in names, types and every value; texts may be kept in other ways."""
    assert table.column_names == expected.column_names
    for name in expected.column_names:
        kind, wanted = table.schema.field(name).type, expected.schema.field(name).type
        if pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
            kind = pa.string()
        assert kind == wanted, name
        if isinstance(wanted, pa.FixedShapeTensorType):
            assert kind.shape == wanted.shape and kind.dim_names == wanted.dim_names
        assert same(storage(table.column(name)), storage(expected.column(name))), name


def read(path):
    return pq.read_table(path) if path.suffix == ".parquet" else feather.read_table(path, memory_map=False)


@pytest.mark.parametrize("ending", ["parquet", "arrow"])
def test_pyarrow_both_ways(tmp_path, ending):
    expected = example(nulls=True)
    pq.write_table(expected, tmp_path / "theirs.parquet")
    feather.write_feather(expected, tmp_path / "theirs.arrow")
    for theirs in ["theirs.parquet", "theirs.arrow"]:
        specs = convert(tmp_path / theirs, tmp_path / f"ours.{ending}")
        assert "float32s: f32[Y 2, X 3]" in specs and "uint8: u8" in specs
        assert_equal(read(tmp_path / f"ours.{ending}"), expected)


@pytest.mark.parametrize("compression", ["lz4", "zstd", "uncompressed"])
def test_compressed_arrow_files(tmp_path, compression):
    expected = example(nulls=True)
    feather.write_feather(expected, tmp_path / "theirs.feather", compression=compression, chunksize=3)
    convert(tmp_path / "theirs.feather", tmp_path / "ours.parquet")
    assert_equal(read(tmp_path / "ours.parquet"), expected)


@pytest.mark.parametrize("compression", ["snappy", "gzip", "brotli", "lz4", "zstd", "none"])
def test_compressed_parquet_files(tmp_path, compression):
    expected = example(nulls=True)
    path = tmp_path / "theirs.parquet"
    pq.write_table(expected, path, compression=compression, row_group_size=2, data_page_version="2.0")
    convert(path, tmp_path / "ours.arrow")
    assert_equal(read(tmp_path / "ours.arrow"), expected)


@pytest.mark.parametrize("ending", ["parquet", "arrow"])
def test_pandas_reads_ours(tmp_path, ending):
    expected = example(nulls=True)
    ours = write_ours(tmp_path, expected, f"ours.{ending}")
    frame = (pd.read_parquet if ending == "parquet" else pd.read_feather)(ours, dtype_backend="pyarrow")
    assert list(frame.columns) == expected.column_names
    assert frame["Text"].to_list() == TEXTS
    assert frame["NullNumber"].isna().to_list() == [False, True, False, True]  # NaN is a number
    for dtype in NUMBERS:
        assert same(frame[dtype].to_numpy(dtype).tolist(), numbers(dtype, ROWS).tolist()), dtype
        kind = frame[f"{dtype}s"].dtype.pyarrow_dtype
        assert list(kind.shape) == SHAPE and list(kind.dim_names) == ["Y", "X"]
        cells = np.array(frame[f"{dtype}s"].to_list(), dtype).reshape(ROWS, *SHAPE)
        assert same(cells.tolist(), numbers(dtype, ROWS * 6).reshape(ROWS, *SHAPE).tolist()), dtype


def test_pandas_files_open_here(tmp_path):
    frame = pd.DataFrame(
        {
            "Name": ["a", None, "ü"],
            "Kind": pd.Categorical(["x", "y", "x"]),
            "N": pd.array([1, None, 3], dtype="Int16"),
            "X": [0.5, math.nan, -math.inf],
            "Flag": [True, False, True],
        },
        index=pd.Index([10, 20, 30], name="Trial"),
    )
    frame.to_parquet(tmp_path / "theirs.parquet")
    frame.reset_index().to_feather(tmp_path / "theirs.feather")
    for theirs in ["theirs.parquet", "theirs.feather"]:
        specs = convert(tmp_path / theirs, tmp_path / "ours.arrow")
        kinds = dict(spec.split(": ") for spec in specs)
        assert kinds == {
            "Name": "string", "Kind": "string", "N": "i16", "X": "f64", "Flag": "bool", "Trial": "i64",
        }
        back = pd.read_feather(tmp_path / "ours.arrow")
        assert back["Kind"].to_list() == ["x", "y", "x"] and back["Trial"].to_list() == [10, 20, 30]
        assert back["N"].isna().to_list() == [False, True, False]
    frame.to_csv(tmp_path / "theirs.csv")
    frame.to_json(tmp_path / "theirs.jsonl", orient="records", lines=True)
    assert "X: f64" in convert(tmp_path / "theirs.jsonl", tmp_path / "ours.parquet")
    specs = convert(tmp_path / "theirs.csv", tmp_path / "ours.parquet")
    assert "Flag: bool" in specs and "X: f64" in specs and "Trial: i64" in specs


def test_pandas_reads_our_text_formats(tmp_path):
    expected = example().select(["Text", "Flag", *NUMBERS])
    ours = write_ours(tmp_path, expected, "ours.jsonl")
    frame = pd.read_json(ours, lines=True, dtype=False, precise_float=True)
    assert frame["Text"].to_list() == TEXTS
    assert frame["Flag"].to_list() == [True, False, True, True]
    for dtype in NUMBERS:
        assert same(frame[dtype].astype(dtype).to_list(), numbers(dtype, ROWS).tolist()), dtype


@pytest.mark.parametrize("ending", ["parquet", "arrow"])
def test_polars_both_ways(tmp_path, ending):
    expected = example(nulls=True)
    ours = write_ours(tmp_path, expected, f"ours.{ending}")
    frame = pl.read_parquet(ours) if ending == "parquet" else pl.read_ipc(ours)
    assert frame.columns == expected.column_names and frame["Text"].to_list() == TEXTS
    assert frame["NullNumber"].is_null().to_list() == [False, True, False, True]
    for dtype in NUMBERS:
        assert same(frame[dtype].to_list(), numbers(dtype, ROWS).tolist()), dtype
        column = frame[f"{dtype}s"]
        column = column.ext.storage() if isinstance(column.dtype, pl.BaseExtension) else column
        assert isinstance(column.dtype, pl.Array) and column.dtype.shape == (6,)
        assert same(column.to_list(), numbers(dtype, ROWS * 6).reshape(ROWS, 6).tolist()), dtype
    # And what polars makes of it comes back: with a tensor column of its own.
    own = frame.with_columns(Own=pl.Series(np.arange(16.0).reshape(ROWS, 2, 2)))
    theirs = tmp_path / f"polars.{ending}"
    own.write_parquet(theirs) if ending == "parquet" else own.write_ipc(theirs, compression="zstd")
    specs = convert(theirs, tmp_path / "again.parquet")
    assert "Own: f64[2, 2]" in specs and "float32s: f32[Y 2, X 3]" in specs
    assert_equal(pq.read_table(tmp_path / "again.parquet").select(expected.column_names), expected)


def dataset_of(table):
    """The columns as an xarray data set, with the dimensions that the file names."""
    variables = {}
    for name in table.column_names:
        column = table.column(name)
        if isinstance(column.type, pa.FixedShapeTensorType):
            variables[name] = (["row", *column.type.dim_names], ndarray(column))
        else:
            variables[name] = (["row"], column.to_numpy())
    return xr.Dataset(variables)


def test_xarray_both_ways(tmp_path):
    data = dataset_of(pq.read_table(write_ours(tmp_path, example(), "ours.parquet")))
    assert dict(data.sizes) == {"row": ROWS, "Y": 2, "X": 3}
    mean = data["float32s"].isel(row=[0, 3]).mean("row")
    assert mean.dims == ("Y", "X") and np.isfinite(mean.isel(Y=1)).all()
    # Back: a variable with dimensions is a tensor column.
    variable = data["float64s"] * 2
    kind = pa.fixed_shape_tensor(pa.float64(), variable.shape[1:], dim_names=list(variable.dims[1:]))
    flat = pa.FixedSizeListArray.from_arrays(pa.array(variable.values.ravel()), 6)
    theirs = pa.table({"float64s": pa.ExtensionArray.from_storage(kind, flat)})
    pq.write_table(theirs, tmp_path / "xarray.parquet")
    assert convert(tmp_path / "xarray.parquet", tmp_path / "again.npz") == ["float64s: f64[Y 2, X 3]"]
    again = np.load(tmp_path / "again.npz")["float64s"]
    assert same(again.tolist(), variable.values.tolist())


def test_numpy_both_ways(tmp_path):
    arrays = np.load(write_ours(tmp_path, example(), "ours.npz"))
    assert arrays["Text"].tolist() == TEXTS and arrays["Flag"].dtype == np.bool_
    names = json.loads(arrays["__etable__"].item())["columns"]
    assert names["float32s"]["dim_names"] == ["Y", "X"]
    for dtype in NUMBERS:
        assert arrays[dtype].dtype == dtype and arrays[f"{dtype}s"].shape == (ROWS, *SHAPE)
        assert same(arrays[f"{dtype}s"].ravel().tolist(), numbers(dtype, ROWS * 6).tolist())
        convert(tmp_path / "ours.npz", tmp_path / "one.npy", f"{dtype}s")
        assert same(np.load(tmp_path / "one.npy").tolist(), arrays[f"{dtype}s"].tolist())

    theirs = {
        "fortran": np.asfortranarray(np.arange(24, dtype=">i4").reshape(4, 2, 3)),
        "half": np.array([1.5, -0.0, np.inf, 6e-8], np.float16),
        "bytes": np.array([b"ab", b"", "é".encode(), b"d"]),
        "empty": np.zeros((4, 0, 2), np.uint8),
    }
    for save in [np.savez, np.savez_compressed]:
        save(tmp_path / "theirs.npz", **theirs)
        specs = convert(tmp_path / "theirs.npz", tmp_path / "back.npz")
        assert specs == ["fortran: i32[2, 3]", "half: f32", "bytes: string", "empty: u8[0, 2]"]
        back = np.load(tmp_path / "back.npz")
        assert (back["fortran"] == theirs["fortran"]).all() and back["empty"].shape == (4, 0, 2)
        assert same(back["half"].tolist(), theirs["half"].astype(np.float32).tolist())
        assert back["bytes"].tolist() == ["ab", "", "é", "d"]
    np.save(tmp_path / "Act.npy", np.asfortranarray(np.arange(6.0).reshape(3, 2)))
    assert convert(tmp_path / "Act.npy", tmp_path / "back.npy") == ["Act: f64[2]"]
    assert (np.load(tmp_path / "back.npy") == np.arange(6.0).reshape(3, 2)).all()
    np.save(tmp_path / "objects.npy", np.array([{}, 1], object), allow_pickle=True)
    refused = subprocess.run([CONVERT, tmp_path / "objects.npy", tmp_path / "x.csv"], capture_output=True)
    assert refused.returncode == 1 and b"Python objects" in refused.stderr


def test_partitioned_datasets_both_ways(tmp_path):
    table = example().append_column("Cond", pa.array(["a b", "c/d", "a b", "ü"]))
    table = table.append_column("Run", pa.array([1, 2, 1, -3]))
    ours = write_ours(tmp_path, table, "ours/", "Run", "Cond")
    read = ds.dataset(ours, partitioning="hive").to_table()
    assert sorted(read["Cond"].to_pylist()) == ["a b", "a b", "c/d", "ü"]
    order = [read["int64"].to_pylist().index(value) for value in table["int64"].to_pylist()]
    ordered = lambda column: [storage(column)[place] for place in order]
    assert ordered(read["Run"]) == [1, 2, 1, -3] and ordered(read["Text"]) == TEXTS
    assert same(ordered(read["float32s"]), storage(table["float32s"]))
    lazy = pl.scan_parquet(tmp_path / "ours", hive_partitioning=True).filter(pl.col("Run") == 1)
    assert lazy.select("int32").collect()["int32"].to_list() == [0, 2**31 - 1]

    ds.write_dataset(
        table.select(["Run", "Cond", "float32s", "int64"]), tmp_path / "arrow", format="parquet",
        partitioning=ds.partitioning(pa.schema([("Run", pa.int64()), ("Cond", pa.string())]), flavor="hive"),
    )
    specs = convert(tmp_path / "arrow", tmp_path / "back.parquet")
    assert specs == ["float32s: f32[Y 2, X 3]", "int64: i64", "Run: i64", "Cond: string"]
    back = pq.read_table(tmp_path / "back.parquet")
    order = [back["int64"].to_pylist().index(value) for value in table["int64"].to_pylist()]
    assert ordered(back["Cond"]) == table["Cond"].to_pylist()
