"""Writes plan-by-pyarrow.arrow, a plan as a stage written in Python would write it: other column order, every field
nullable, two record batches, the second cut out of a larger table. Made with pyarrow 25.0.1:

    python write-plan.py
"""

from pathlib import Path

import pyarrow as pa

columns = {
    "reason": pa.array(["unused", "größte Änderung", "", "random"]),
    "plan": pa.array(["unused", "circuit", "circuit", "random"]),
    "seed": pa.array([0, None, 1, 2], pa.int32()),
    "adapter": pa.array(["unused", "lora", "lora", "lora"]),
    "layer": pa.array([0, 0, 1, 7], pa.int32()),
    "module": pa.array(["unused", "dense", "dense", "query_key_value"]),
    "rank": pa.array([0, 8, 32, 32], pa.int32()),
    "alpha": pa.array([0, 16, 64, 64], pa.float64()),
    "critical": pa.array([False, False, True, True]),
    "edgeChange": pa.array([None, 0.5, None, None], pa.float64()),
}
table = pa.table(columns).slice(1)
with pa.ipc.new_file(str(Path(__file__).parent / "plan-by-pyarrow.arrow"), table.schema) as writer:
    writer.write_batch(table.slice(0, 1).to_batches()[0])
    writer.write_batch(table.slice(1).to_batches()[0])
