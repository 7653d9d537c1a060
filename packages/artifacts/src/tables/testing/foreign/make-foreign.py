"""Writes the same three rows as other programs write them, a file for each form of an Arrow table, next to this script;
and files of forms that are refused. Made with pyarrow 25.0.1, pandas 3.0.6 and polars 1.44.2:

    python make-foreign.py
"""

from pathlib import Path

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.ipc as ipc

here = Path(__file__).parent
rows = [
    dict(n=7, x=0.5, text="größte Änderung of all", bytes=b"", list=[1, 2, -3], flag=True),
    dict(n=None, x=-2.0, text="", bytes=b"\x00\xff, and more than twelve", list=[], flag=False),
    dict(n=-100, x=3.0, text="größte Änderung of all", bytes=b"short", list=[40], flag=True),
]
types = dict(n=pa.int32(), x=pa.float64(), text=pa.string(), bytes=pa.binary(), list=pa.list_(pa.int32()), flag=pa.bool_())
plain = pa.Table.from_pylist(rows, schema=pa.schema(types))


def cast(**changed):
    return plain.cast(pa.schema({**types, **changed}))


def write(name, table, **options):
    with ipc.new_file(str(here / f"{name}.arrow"), table.schema, options=ipc.IpcWriteOptions(**options)) as writer:
        writer.write_table(table)


def stream(name, table, **options):
    with ipc.new_stream(str(here / f"{name}.arrow"), table.schema, options=ipc.IpcWriteOptions(**options)) as writer:
        writer.write_table(table)


large = cast(n=pa.int64(), text=pa.large_string(), bytes=pa.large_binary(), list=pa.large_list(pa.int64()))
views = cast(text=pa.string_view(), bytes=pa.binary_view())
coded = plain
for i, name in [(1, "x"), (2, "text")]:
    coded = coded.set_column(i, name, plain[name].dictionary_encode())

# Read.
feather.write_feather(plain, str(here / "lz4.arrow"))
write("plain", plain)
write("zstd", plain, compression="zstd")
write("large", large)
write("views", views)
write("views-lz4", views, compression="lz4")
write("narrow", cast(n=pa.int8(), x=pa.float16(), list=pa.list_(pa.int16())))
write("single", cast(n=pa.float32(), x=pa.float32(), list=pa.list_(pa.float64())))
write("dictionary", coded)
write("dictionary-zstd", coded, compression="zstd")
write("legacy", plain, use_legacy_format=True, metadata_version=ipc.MetadataVersion.V4)
stream("stream", plain)
stream("stream-dictionary-lz4", coded, compression="lz4")
write("empty", plain.slice(0, 0))
write("batches", pa.concat_tables([plain.slice(0, 1), plain.slice(1, 1), plain.slice(2)]))
deltas = pa.chunked_array(
    [pa.DictionaryArray.from_arrays([0, 1], [rows[0]["text"], ""]), pa.DictionaryArray.from_arrays([2], [rows[0]["text"], "", rows[2]["text"]])]
)
write("deltas", plain.set_column(2, "text", deltas), emit_dictionary_deltas=True)
others = plain.select(["flag", "list", "bytes", "text", "x", "n"])
others = others.append_column("when", pa.array([0, 1, None], pa.timestamp("ms", "UTC")))
others = others.append_column("inner", pa.array([{"a": 1}, None, {"a": 2}]))
write("others", others.append_column("nothing", pa.nulls(3)))
frame = pd.DataFrame(rows)
write("pandas", pa.Table.from_pandas(frame))
frame.to_feather(here / "pandas-feather.arrow")
series = {name: pl.Series([row[name] for row in rows]) for name in types}
pl.DataFrame(series).write_ipc(here / "polars.arrow")
pl.DataFrame(series).write_ipc(here / "polars-zstd.arrow", compression="zstd")
nothing = [dict(n=None, x=1.0, text="a", bytes=b"", list=[], flag=True)]
write("nulls", pa.Table.from_pylist(nothing))

# Buffers of several compressed blocks that refer to each other.
many = pa.table(dict(n=pa.array([(i * i) % 251 for i in range(30_000)], pa.int32())))
for codec in ["lz4", "zstd"]:
    write(f"long-{codec}", many, compression=codec)

# Refused.
write("too-large", cast(n=pa.int64()).set_column(0, "n", pa.array([1, 2**40, 3])))
write("digits", plain.set_column(1, "x", pa.array([1, 2**53 + 1, 3])))
write("list-nulls", plain.set_column(4, "list", pa.array([[1], [None], []], pa.list_(pa.int32()))))
write("run-ends", plain.set_column(5, "flag", pa.RunEndEncodedArray.from_arrays([1, 2, 3], plain["flag"].combine_chunks())))
write("list-view", plain.set_column(4, "list", pa.array([row["list"] for row in rows], pa.list_view(pa.int32()))))
feather.write_feather(plain.select(["n"]), str(here / "feather-1.arrow"), version=1)
