"""Fine-tuning and answering with transformers and peft, as in the paper: prompt and answer padded to 32 tokens, the
loss on the answer, AdamW."""

import torch
from safetensors.torch import load_file
from torch.nn import functional as F
from transformers import AutoModelForCausalLM

PAD = 0
IGNORED = -100


def load_model(folder: str):
    return AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)


class Training:
    """@param length tokens each example is padded to; None: the longest of its batch"""

    def __init__(self, folder: str, workload: dict, batch: int, length: int | None, adapter: str | None):
        settings = workload["training"]
        self.model = load_model(folder)
        if settings["method"] == "lora":
            self.model = with_lora(self.model, settings["lora"], adapter)
        self.model.train()
        self.pairs, self.batch, self.length = workload["pairs"], batch, length
        trained = [parameter for parameter in self.model.parameters() if parameter.requires_grad]
        groups = [  # as transformers' Trainer: no decay on biases and LayerNorms
            {"params": [p for p in trained if p.dim() >= 2], "weight_decay": settings["weightDecay"]},
            {"params": [p for p in trained if p.dim() < 2], "weight_decay": 0.0},
        ]
        self.optimizer = torch.optim.AdamW(groups, lr=settings["learningRate"], fused=True)

    def run(self, examples: int) -> list[float]:
        """The loss of every step."""
        losses = []
        for first in range(0, examples, self.batch):
            loss = self.model(**collate(self.pairs[first : first + self.batch], self.length)).loss
            loss.backward()
            self.optimizer.step()
            self.optimizer.zero_grad()
            losses.append(loss.item())
        return losses


class Answering:
    """Answers every clean prompt with its most likely next token."""

    def __init__(self, folder: str, workload: dict, batch: int):
        self.model = load_model(folder).eval()
        self.pairs, self.batch = workload["pairs"], batch

    def run(self, examples: int) -> list[float]:
        """The cross entropy of every prompt's answer."""
        values = []
        with torch.inference_mode():
            for first in range(0, examples, self.batch):
                pairs = self.pairs[first : min(first + self.batch, examples)]
                inputs = collate(pairs, None)
                del inputs["labels"]
                logits = self.model(**inputs).logits
                last = logits[range(len(pairs)), [len(pair["clean"]) - 1 for pair in pairs]]
                last.argmax(dim=-1).tolist()
                answers = torch.tensor([pair["answer"] for pair in pairs])
                values += F.cross_entropy(last, answers, reduction="none").tolist()
        return values


def with_lora(model, settings: dict, adapter: str):
    from peft import LoraConfig, get_peft_model

    config = LoraConfig(
        r=settings["rank"],
        lora_alpha=settings["alpha"],
        lora_dropout=0.0,
        target_modules=["query_key_value", "dense", "dense_h_to_4h", "dense_4h_to_h"],
    )
    adapted = get_peft_model(model, config)
    state = adapted.state_dict()
    for name, value in load_file(adapter).items():
        place = f"base_model.model.{name.removesuffix('.weight')}.default.weight"
        state[place].copy_(value)
    return adapted


def collate(pairs: list[dict], length: int | None) -> dict[str, torch.Tensor]:
    sequences = [[*pair["clean"], pair["answer"]] for pair in pairs]
    length = length or max(map(len, sequences))
    ids = torch.full((len(sequences), length), PAD)
    mask = torch.zeros_like(ids)
    labels = torch.full_like(ids, IGNORED)
    for row, sequence in enumerate(sequences):
        ids[row, : len(sequence)] = torch.tensor(sequence)
        mask[row, : len(sequence)] = 1
        labels[row, len(sequence) - 1] = sequence[-1]
    return {"input_ids": ids, "attention_mask": mask, "labels": labels}
