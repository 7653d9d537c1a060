"""Plans LoRA with a rank that falls with depth: writes plan.arrow, as a stage of kind `lora` does."""

import json
import os

import pyarrow as pa
from pyarrow import feather

config = json.loads(os.environ["FT_CONFIG"])
with open(f"{os.environ['FT_MODEL']}/config.json") as file:
    layers = json.load(file)["num_hidden_layers"]


def row(layer, module):
    rank = round(config["first"] + (config["last"] - config["first"]) * layer / (layers - 1))
    return dict(
        plan="falling-lora",
        draw=0,  # counts the draws of a random plan; 0: not random
        seed=None,  # the training seed that the row is for; none: every seed
        kind="lora",
        settings="{}",
        layer=layer,
        module=module,
        rank=rank,
        alpha=2.0 * rank,
        critical=False,
        edgeChange=None,
        reason="the rank falls with depth",
    )


modules = ["query_key_value", "dense", "dense_h_to_4h", "dense_4h_to_h"]
rows = [row(layer, module) for layer in range(layers) for module in modules]
feather.write_feather(pa.Table.from_pylist(rows), f"{os.environ['FT_OUTPUT']}/plan.arrow")
