"""GPT-NeoX in plain PyTorch with hook points, laid out as by TransformerLens for the EAP-IG library: every head's
q, k and v have separate inputs, every head a separate output; logits at all positions."""

import json
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import nn
from torch.nn import functional as F


class HookedNeoX(nn.Module):
    """B examples, P positions, H heads of e dimensions, d = H e."""

    def __init__(self, folder: str):
        super().__init__()
        config = json.loads(Path(folder, "config.json").read_text())
        weights = load_file(Path(folder, "model.safetensors"))
        self.heads = config["num_attention_heads"]
        self.width = config["hidden_size"]
        self.head_size = self.width // self.heads
        self.epsilon = config["layer_norm_eps"]
        rope = config["rope_parameters"]
        self.rotary_dims = int(self.head_size * rope["partial_rotary_factor"])
        self.rotary_base = rope["rope_theta"]
        self.embedding = nn.Parameter(weights["gpt_neox.embed_in.weight"])
        self.blocks = nn.ModuleList(Block(self, weights, layer) for layer in range(config["num_hidden_layers"]))
        self.final_norm = norm(weights, "gpt_neox.final_layer_norm", self.epsilon)
        self.unembedding = nn.Parameter(weights["embed_out.weight"])
        self.hook_embed = nn.Identity()
        self.hook_final = nn.Identity()
        self.requires_grad_(False)

    @property
    def layers(self) -> int:
        return len(self.blocks)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        """tokens [B, P] to logits [B, P, vocabulary]."""
        x = self.hook_embed(F.embedding(tokens, self.embedding))
        rotary = self.rotary_tables(tokens.shape[1])
        for block in self.blocks:
            x = block(x, rotary)
        return F.linear(self.final_norm(self.hook_final(x)), self.unembedding)

    def rotary_tables(self, positions: int) -> tuple[torch.Tensor, torch.Tensor]:
        """cos and sin, [P, 1, rotary dimensions]."""
        exponents = torch.arange(0, self.rotary_dims, 2) / self.rotary_dims
        angles = torch.arange(positions)[:, None] / self.rotary_base**exponents
        angles = torch.cat([angles, angles], dim=-1)[:, None]
        return angles.cos(), angles.sin()


class Block(nn.Module):
    """x + attention(norm1(x)) + mlp(norm2(x))."""

    def __init__(self, model: HookedNeoX, weights: dict[str, torch.Tensor], layer: int):
        super().__init__()
        at = f"gpt_neox.layers.{layer}"
        heads, size, width = model.heads, model.head_size, model.width
        self.heads, self.head_size, self.rotary_dims = heads, size, model.rotary_dims
        self.norm1 = norm(weights, f"{at}.input_layernorm", model.epsilon)
        self.norm2 = norm(weights, f"{at}.post_attention_layernorm", model.epsilon)
        # Rows of the fused matrix: head, then q, k, v, then the head's dimension.
        fused = weights[f"{at}.attention.query_key_value.weight"].view(heads, 3, size, width)
        bias = weights[f"{at}.attention.query_key_value.bias"].view(heads, 3, size)
        for i, port in enumerate("qkv"):
            setattr(self, f"w_{port}", nn.Parameter(fused[:, i].transpose(1, 2).contiguous()))  # [H, d, e]
            setattr(self, f"b_{port}", nn.Parameter(bias[:, i].contiguous()))  # [H, e]
            setattr(self, f"hook_{port}_input", nn.Identity())  # [B, P, H, d]
        dense = weights[f"{at}.attention.dense.weight"].view(width, heads, size)
        self.w_o = nn.Parameter(dense.permute(1, 2, 0).contiguous())  # [H, e, d]
        self.b_o = nn.Parameter(weights[f"{at}.attention.dense.bias"])
        self.up = linear(weights, f"{at}.mlp.dense_h_to_4h")
        self.down = linear(weights, f"{at}.mlp.dense_4h_to_h")
        self.hook_result = nn.Identity()  # [B, P, H, d]
        self.hook_mlp_in = nn.Identity()
        self.hook_mlp_out = nn.Identity()

    def forward(self, x: torch.Tensor, rotary: tuple[torch.Tensor, torch.Tensor]) -> torch.Tensor:
        q, k, v = (self.read(x, port) for port in "qkv")
        q, k = self.rotate(q, *rotary), self.rotate(k, *rotary)
        scores = torch.einsum("bqhe,bkhe->bhqk", q, k) / self.head_size**0.5
        causal = torch.ones(x.shape[1], x.shape[1], dtype=torch.bool).tril()
        pattern = scores.masked_fill(~causal, float("-inf")).softmax(dim=-1)
        z = torch.einsum("bhqk,bkhe->bqhe", pattern, v)
        result = self.hook_result(torch.einsum("bphe,hed->bphd", z, self.w_o))
        mlp = self.down(F.gelu(self.up(self.norm2(self.hook_mlp_in(x.clone())))))
        return x + result.sum(dim=2) + self.b_o + self.hook_mlp_out(mlp)

    def read(self, x: torch.Tensor, port: str) -> torch.Tensor:
        """A port's values for every head, [B, P, H, e], each from its own input."""
        own = getattr(self, f"hook_{port}_input")(x[:, :, None].repeat(1, 1, self.heads, 1))
        weight, bias = getattr(self, f"w_{port}"), getattr(self, f"b_{port}")
        return torch.einsum("bphd,hde->bphe", self.norm1(own), weight) + bias

    def rotate(self, x: torch.Tensor, cosine: torch.Tensor, sine: torch.Tensor) -> torch.Tensor:
        rotated, rest = x[..., : self.rotary_dims], x[..., self.rotary_dims :]
        first, second = rotated.chunk(2, dim=-1)
        return torch.cat([rotated * cosine + torch.cat([-second, first], dim=-1) * sine, rest], dim=-1)


def norm(weights: dict[str, torch.Tensor], name: str, epsilon: float) -> nn.LayerNorm:
    layer = nn.LayerNorm(weights[f"{name}.weight"].shape, eps=epsilon)
    layer.load_state_dict({key: weights[f"{name}.{key}"] for key in ("weight", "bias")})
    return layer


def linear(weights: dict[str, torch.Tensor], name: str) -> nn.Linear:
    out, inputs = weights[f"{name}.weight"].shape
    layer = nn.Linear(inputs, out)
    layer.load_state_dict({key: weights[f"{name}.{key}"] for key in ("weight", "bias")})
    return layer
