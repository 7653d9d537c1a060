"""Repeats a run of a train stage in PEFT, update by update, and compares losses, rates, gradients and checkpoints.

    npx ft export peft --checkpoint runs/EXPERIMENT/STAGE --plan lora-8 --seed 1 --step 0 --out start
    python docs/replay.py runs/EXPERIMENT/STAGE start --model models/nano

It reads the stage's tables: which examples each update sees (order.arrow), the settings (the tables' manifests), what was
logged (metrics.arrow), and the trained tensors (checkpoints.arrow). `start` is the run's checkpoint at step 0, which says by its
manifest which run it is of. Everything is computed in float32 by transformers, PEFT and PyTorch (pip install torch
transformers peft pandas pyarrow).

LoRA, rsLoRA, DoRA and IA3 can be repeated. Dropout and AdaLoRA are refused: masks follow from our random numbers, and the
schedule is not in an exported adapter. Where a gradient is 0 up to rounding, as that of the biases of keys mostly is, Adam
turns the rounding into updates, and trained values differ without an effect on losses.
"""

import argparse
import json
import math
import sys
from pathlib import Path

import pandas as pd
import torch
from peft import PeftModel, get_peft_model_state_dict
from transformers import AutoModelForCausalLM, get_linear_schedule_with_warmup

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("stage", type=Path, help="folder of the train stage, runs/EXPERIMENT/STAGE")
parser.add_argument("start", type=Path, help="the run's checkpoint at step 0, from `ft export peft`")
parser.add_argument("--model", type=Path, required=True, help="the base model's folder")
parser.add_argument("--data", type=Path, help="folder of the data stage (default: the one that the train stage read)")
parser.add_argument("--losses", type=float, default=1e-3, help="relative difference that is allowed (default 1e-3)")
parser.add_argument(
    "--tensors", type=float, default=1e-2, help="the same for what training changed in all tensors (default 1e-2)"
)
options = parser.parse_args()


def manifest_of(file):
    return json.loads(Path(f"{file}.manifest.json").read_text())


def table(name, folder=options.stage):
    return pd.read_feather(folder / f"{name}.arrow")


# The run that the start is of, and how it was trained.
run = manifest_of(options.start / "adapter_model.safetensors")["config"]["checkpoint"]
if run.pop("step") != 0:
    sys.exit("the start is not the run's first checkpoint: export it with --step 0")
manifest = manifest_of(options.stage / "checkpoints.arrow")
config = manifest["config"]


def of_run(rows):
    return rows[(rows[list(run)] == pd.Series(run)).all(axis=1)]


order = table("order").query("seed == @run['seed']").examples.tolist()
metrics = of_run(table("metrics")).query("step > 0")
checkpoints = of_run(table("checkpoints"))
# Rates are chosen by kind and ranks: this run's is the lowest that is not below those logged.
rates = table("learning-rates").query("chosen").learningRate
peak = rates[rates >= metrics.learningRate.max() * (1 - 1e-9)].min()


def input_folder(role):
    name = next(key for key in manifest["inputs"] if key.startswith(f"{role}/")).split("/")[1]
    experiment, _, stage = name.rpartition(".")
    return (options.stage.resolve().parent.parent / experiment if experiment else options.stage.resolve().parent) / stage


dataset = table("dataset", options.data or input_folder("data")).set_index("example")

# The model at its start. `eval` turns off the base's own dropout, which is never used here.
base = AutoModelForCausalLM.from_pretrained(options.model, dtype=torch.float32, attn_implementation="eager")
model = PeftModel.from_pretrained(base, options.start, is_trainable=True).eval()
adapter = model.active_peft_config
if getattr(adapter, "lora_dropout", 0) or adapter.peft_type == "ADALORA":
    sys.exit("dropout and AdaLoRA cannot be repeated")
trained = {name: parameter for name, parameter in model.named_parameters() if parameter.requires_grad}
biases = [parameter for name, parameter in trained.items() if name.endswith("bias")]
others = [parameter for name, parameter in trained.items() if not name.endswith("bias")]
groups = [{"params": others, "weight_decay": config["weightDecay"]}, {"params": biases, "weight_decay": 0}]
optimizer = torch.optim.AdamW(groups, lr=peak)  # decays like transformers' Trainer
used = math.ceil(config["dataShare"] * (dataset.split == "train").sum())
planned = len(order) if config["updateShare"] == 1 else math.ceil(used / config["batch"]) * config["epochs"]
schedule = get_linear_schedule_with_warmup(optimizer, config["warmUp"], planned)


def supervised(example):
    """Tokens that are read, and for each the token whose loss counts, or -100."""
    prompt, answer = list(dataset.cleanTokens[example]), dataset.answerToken[example]
    tokens = [*prompt, answer]
    if config["supervise"] == "answer-and-padding":
        tokens += [prompt[0]] * (config["padTo"] - len(tokens))  # the padding token is the first one
    return tokens[:-1], [-100] * (len(prompt) - 1) + tokens[len(prompt) :]


def update(examples):
    """One update. Returns the loss before it, and the gradients' norm before clipping."""
    sequences = [supervised(example) for example in examples]
    targets = sum(label != -100 for _, labels in sequences for label in labels)
    size = config.get("microBatch", len(sequences))
    total = 0.0
    optimizer.zero_grad()
    for first in range(0, len(sequences), size):
        part = sequences[first : first + size]
        longest = max(len(tokens) for tokens, _ in part)
        padded = lambda values, padding: values + [padding] * (longest - len(values))  # noqa: E731
        tokens = torch.tensor([padded(tokens, 0) for tokens, _ in part])
        mask = torch.tensor([padded([1] * len(tokens), 0) for tokens, _ in part])
        labels = torch.tensor([padded(labels, -100) for _, labels in part])
        logits = model(input_ids=tokens, attention_mask=mask).logits
        loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), labels.flatten(), reduction="sum") / targets
        loss.backward()
        total += loss.item()
    norm = torch.nn.utils.clip_grad_norm_(trained.values(), config["clipNorm"]).item()
    optimizer.step()
    return total, norm


def tensors():
    """What is trained, by the names of checkpoints.arrow."""
    named = get_peft_model_state_dict(model)
    return {
        name.removeprefix("base_model.model.").replace(".base_layer.bias", ".bias"): tensor
        for name, tensor in named.items()
    }


def checkpoint(step):
    rows = checkpoints[checkpoints.step == step].itertuples()
    return {row.tensor: torch.frombuffer(bytearray(row.data), dtype=getattr(torch, row.dtype)).float() for row in rows}


def tensor_difference(step, start):
    """
    The difference to a checkpoint, all tensors as one vector, relative to what training changed in them; and that of the
    single value that differs most, relative to the largest in its tensor.
    """
    theirs = tensors()
    squares, changes, worst = 0.0, 0.0, 0.0
    for name, ours in checkpoint(step).items():
        difference = (theirs[name].detach().flatten() - ours).double()
        squares += difference.square().sum().item()
        changes += (ours - start[name]).double().square().sum().item()
        worst = max(worst, (difference.abs().max() / ours.abs().max().clamp(min=1e-30)).item())
    return math.sqrt(squares / changes) if changes else squares, worst


def relative(theirs, ours):
    return abs(theirs - ours) / max(abs(ours), 1e-30)


# Every update, and what is found at those that were logged or kept.
kept = set(checkpoints.step)
logged = metrics.set_index("step")
start = {name: tensor.detach().flatten().clone() for name, tensor in tensors().items()}
losses, largest = [], {"loss": 0.0, "gradient norm": 0.0, "rate": 0.0, "tensors": 0.0, "value": 0.0}
print(", ".join(f"{key} {value}" for key, value in run.items()) + f", {len(order)} updates, peak rate {peak:g}")
print(f"{'update':>6}  {'loss here':>10}  {'in PEFT':>10}  {'tensors differ by':>17}  {'most in one value':>17}")
for name, tensor in checkpoint(0).items():
    if not torch.equal(tensor, start[name]):
        sys.exit(f"the start is not the run's: {name} differs")
for step, examples in enumerate(order, 1):
    rate = schedule.get_last_lr()[0]
    loss, norm = update(examples)
    schedule.step()
    losses.append(loss)
    if step in logged.index:
        ours = logged.loc[step]
        mean = sum(losses) / len(losses)  # a row has the mean over the updates since the last one
        losses = []
        for name, pair in {
            "loss": (mean, ours.loss),
            "gradient norm": (norm, ours.gradientNorm),
            "rate": (rate, ours.learningRate),
        }.items():
            largest[name] = max(largest[name], relative(*pair))
    if step in kept:
        difference, worst = tensor_difference(step, start)
        largest["tensors"], largest["value"] = max(largest["tensors"], difference), max(largest["value"], worst)
        print(f"{step:6}  {ours.loss:10.6f}  {mean:10.6f}  {difference:17.1e}  {worst:17.1e}")
print("largest relative difference: " + ", ".join(f"{name} {value:.1e}" for name, value in largest.items()))
agrees = max(largest["loss"], largest["rate"]) <= options.losses and largest["tensors"] <= options.tensors
sys.exit(None if agrees else "the run was not repeated within the tolerances")
