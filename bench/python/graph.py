"""The graph's sources and destinations at a model's hook points, numbered as in the EAP-IG library: sources are the
input, then for each layer its heads and its MLP; destinations for each layer its heads' q, k, v and its MLP, then the
logits. A destination reads the sources before its layer."""

from dataclasses import dataclass

from torch import nn

from hooked_neox import HookedNeoX


@dataclass(frozen=True)
class Source:
    point: nn.Module
    nodes: slice
    """The sources in the activation: one per head, or a single one."""


@dataclass(frozen=True)
class Destination:
    point: nn.Module
    nodes: slice
    readable: int
    """The number of sources before it."""


class Graph:
    def __init__(self, model: HookedNeoX):
        heads, layers = model.heads, model.layers
        self.source_count = 1 + layers * (heads + 1)
        self.destination_count = layers * (3 * heads + 1) + 1
        self.input = Source(model.hook_embed, slice(0, 1))
        self.sources = [self.input]
        self.destinations = []
        for layer, block in enumerate(model.blocks):
            source, destination = 1 + layer * (heads + 1), layer * (3 * heads + 1)
            self.sources.append(Source(block.hook_result, slice(source, source + heads)))
            self.sources.append(Source(block.hook_mlp_out, slice(source + heads, source + heads + 1)))
            for i, point in enumerate((block.hook_q_input, block.hook_k_input, block.hook_v_input)):
                first = destination + i * heads
                self.destinations.append(Destination(point, slice(first, first + heads), source))
            mlp = destination + 3 * heads
            self.destinations.append(Destination(block.hook_mlp_in, slice(mlp, mlp + 1), source))
        logits = slice(self.destination_count - 1, self.destination_count)
        self.destinations.append(Destination(model.hook_final, logits, self.source_count))
