"""Loads exported adapters and models with PEFT and transformers: load-exports.py BASE FOLDER TOKENS NAMES...

FOLDER has NAME-peft, except for full, and NAME-merged. Prints JSON: for each name the keys that PEFT found missing and
unexpected, and the logits [rows, vocabulary] of both for the tokens, a JSON list.
"""

import json
import sys
from pathlib import Path

import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer

base, folder, tokens, *names = sys.argv[1:]
tokens = torch.tensor([json.loads(tokens)])


def logits(model):
    with torch.no_grad():
        return model.eval()(tokens).logits[0].tolist()


def load(path):
    return AutoModelForCausalLM.from_pretrained(path, dtype=torch.float32, attn_implementation="eager")


found = []
load_adapter = PeftModel.load_adapter


def recording(*arguments, **options):
    found.append(load_adapter(*arguments, **options))
    return found[-1]


PeftModel.load_adapter = recording  # from_pretrained only warns of missing keys
results = {}
for name in names:
    merged = Path(folder) / f"{name}-merged"
    AutoTokenizer.from_pretrained(merged)
    results[name] = {"merged": logits(load(merged))}
    adapter = Path(folder) / f"{name}-peft"
    if adapter.exists():
        model = PeftModel.from_pretrained(load(base), adapter)
        keys = found.pop()
        results[name] |= {"peft": logits(model), "missing": keys.missing_keys, "unexpected": keys.unexpected_keys}
print(json.dumps(results))
