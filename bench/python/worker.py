"""The Python worker of `npm run bench`: requests on standard input, one JSON object per line; answers on standard output,
one per line.

  {"do": "prepare", "job": ..., "variant": ..., "folder": ..., "batch": ..., "threads": ...}
    -> {"versions": {...}, "readyBytes": ...}
  {"do": "run", "examples": ..., "values": ...}
    -> {"cpu": seconds, "wall": seconds, "peakBytes": ..., "values": [...] | null}
"""

import json
import os
import resource
import sys
import time
from pathlib import Path

os.environ["TRANSFORMERS_VERBOSITY"] = "error"
os.environ["HF_HUB_OFFLINE"] = "1"

import torch

PADDED_LENGTH = 32


def prepare(request: dict):
    """The function that does the job on a number of examples."""
    torch.set_num_threads(request["threads"])
    torch.set_num_interop_threads(1)
    folder, job, batch = request["folder"], request["job"], request["batch"]
    workload = json.loads(Path(folder, "workload.json").read_text())
    if job in ("eap-ig", "evaluate"):
        from circuits import Circuits

        circuits = Circuits(folder, workload, batch)
        return circuits.attribute if job == "eap-ig" else circuits.evaluate

    from transformers.utils import logging

    import finetuning

    logging.disable_progress_bar()
    if job == "forward":
        return finetuning.Answering(folder, workload, batch).run
    workload["training"] = workload[job]
    length = PADDED_LENGTH if request["variant"] == "padded" else None
    return finetuning.Training(folder, workload, batch, length, str(Path(folder, "adapter.safetensors"))).run


def measured(run, request: dict) -> dict:
    cpu, wall = time.process_time(), time.perf_counter()
    values = run(request["examples"])
    return {
        "cpu": time.process_time() - cpu,
        "wall": time.perf_counter() - wall,
        "peakBytes": peak_bytes(),
        "values": values if request["values"] else None,
    }


def versions() -> dict[str, str]:
    modules = {name: sys.modules.get(name) for name in ("torch", "transformers", "peft")}
    found = {name: module.__version__ for name, module in modules.items() if module}
    return {"python": sys.version.split()[0], **found}


def status_bytes(field: str) -> int | None:
    """A size from /proc/self/status: VmRSS is the current memory, VmHWM the peak."""
    try:
        status = Path("/proc/self/status").read_text()
        return int(next(line.split()[1] for line in status.splitlines() if line.startswith(field))) * 1024
    except OSError:
        return None


def peak_bytes() -> int:
    """Elsewhere ru_maxrss, which may hold the process this one was forked from."""
    maximum = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return status_bytes("VmHWM") or (maximum if sys.platform == "darwin" else maximum * 1024)


def main() -> None:
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print is not an answer
    run = None
    for line in sys.stdin:
        request = json.loads(line)
        if request["do"] == "prepare":
            run = prepare(request)
            answer = {"versions": versions(), "readyBytes": status_bytes("VmRSS") or peak_bytes()}
        else:
            answer = measured(run, request)
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
