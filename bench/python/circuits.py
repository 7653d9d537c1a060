"""EAP-IG and the evaluation of circuits computed as in the EAP-IG library (Hanna et al. 2024, "inputs" variant, the
paper's grid k = 1..m): hooks keep each source's activation difference and contract it with each destination's gradient
at every step."""

from contextlib import ExitStack, contextmanager

import torch
from torch.nn import functional as F

from graph import Destination, Graph, Source
from hooked_neox import HookedNeoX

STEPS = 5


class Circuits:
    def __init__(self, folder: str, workload: dict, batch: int):
        self.model = HookedNeoX(folder)
        self.graph = Graph(self.model)
        self.pairs = workload["pairs"]
        self.batch = batch
        in_circuit = torch.zeros(self.graph.source_count, self.graph.destination_count)
        in_circuit.view(-1)[workload["circuit"]] = 1
        self.outside = 1 - in_circuit

    def batches(self, examples: int):
        """[B, P] clean and corrupted tokens, batched by length."""
        by_length: dict[int, list[dict]] = {}
        for pair in self.pairs[:examples]:
            by_length.setdefault(len(pair["clean"]), []).append(pair)
        for pairs in by_length.values():
            for first in range(0, len(pairs), self.batch):
                part = pairs[first : first + self.batch]
                yield tuple(torch.tensor([pair[key] for pair in part]) for key in ("clean", "corrupted"))

    def attribute(self, examples: int) -> list[float]:
        """The mean over examples of every edge's score, [sources * destinations], source-major."""
        scores = torch.zeros(self.graph.source_count, self.graph.destination_count)
        for clean, corrupted in self.batches(examples):
            self.attribute_batch(scores, clean, corrupted)
        return (scores / examples / STEPS).flatten().tolist()

    def attribute_batch(self, scores: torch.Tensor, clean: torch.Tensor, corrupted: torch.Tensor) -> None:
        difference = self.no_difference(clean)
        with torch.inference_mode():
            with hooks(self.keep_sources(difference, 1)):
                self.model(corrupted)
            corrupted_input = difference[:, :, 0].clone()
            with hooks(self.keep_sources(difference, -1)):
                clean_logits = self.model(clean)
            clean_input = corrupted_input - difference[:, :, 0]
        clean_logits = clean_logits.clone()  # one that autograd may save

        def contract(destination: Destination):
            def on_gradient(gradient: torch.Tensor) -> None:
                gradient = gradient.unsqueeze(2) if gradient.dim() == 3 else gradient
                read = difference[:, :, : destination.readable]
                added = torch.einsum("bpsd,bptd->st", read, gradient)
                scores[: destination.readable, destination.nodes] += added

            def on_activation(activation: torch.Tensor) -> None:
                activation.register_hook(on_gradient)

            return on_activation

        for step in range(1, STEPS + 1):
            point = corrupted_input + step / STEPS * (clean_input - corrupted_input)
            interpolated = point.clone().requires_grad_()
            with hooks(
                [(self.graph.input.point, lambda _, at=interpolated: at)]
                + [(destination.point, contract(destination)) for destination in self.graph.destinations]
            ):
                divergence(self.model(clean), clean_logits).sum().backward()

    def evaluate(self, examples: int) -> list[float]:
        """Each example's divergence from the corrupted output: of the model, then of the circuit."""
        model_values, circuit_values = [], []
        with torch.inference_mode():
            for clean, corrupted in self.batches(examples):
                difference = self.no_difference(clean)
                with hooks(self.keep_sources(difference, 1)):
                    corrupted_logits = self.model(corrupted)
                model_values += divergence(self.model(clean), corrupted_logits).tolist()
                with hooks(self.keep_sources(difference, -1) + self.corrupt_destinations(difference)):
                    circuit_logits = self.model(clean)
                circuit_values += divergence(circuit_logits, corrupted_logits).tolist()
        return model_values + circuit_values

    def no_difference(self, tokens: torch.Tensor) -> torch.Tensor:
        """[B, P, sources, d]."""
        return torch.zeros(*tokens.shape, self.graph.source_count, self.model.width)

    def keep_sources(self, difference: torch.Tensor, sign: int):
        """Hooks that add each source's activation, times `sign`, to its place in the difference."""

        def keep(source: Source):
            def on_activation(activation: torch.Tensor) -> None:
                activation = activation.unsqueeze(2) if activation.dim() == 3 else activation
                difference[:, :, source.nodes] += sign * activation

            return on_activation

        return [(source.point, keep(source)) for source in self.graph.sources]

    def corrupt_destinations(self, difference: torch.Tensor):
        """Hooks that replace the input from edges outside the circuit: they add corrupted minus current activations."""

        def corrupt(destination: Destination):
            outside = self.outside[: destination.readable, destination.nodes]

            def on_activation(activation: torch.Tensor) -> torch.Tensor:
                update = torch.einsum("bpsd,st->bptd", difference[:, :, : destination.readable], outside)
                return activation + (update.squeeze(2) if activation.dim() == 3 else update)

            return on_activation

        return [(destination.point, corrupt(destination)) for destination in self.graph.destinations]


def divergence(logits: torch.Tensor, reference: torch.Tensor) -> torch.Tensor:
    """KL(reference || model) at the last position, averaged over the vocabulary, [B]."""
    p, q = logits[:, -1].log_softmax(dim=-1), reference[:, -1].log_softmax(dim=-1)
    return F.kl_div(p, q, log_target=True, reduction="none").mean(dim=-1)


@contextmanager
def hooks(points):
    """Calls each function with its point's activation, which its return value, if any, replaces."""
    with ExitStack() as stack:
        for point, function in points:
            handle = point.register_forward_hook(lambda _module, _inputs, out, call=function: call(out))
            stack.callback(handle.remove)
        yield
