"""Modules of PyTorch made of generated code. This file is imported only where PyTorch is installed."""

from __future__ import annotations

from typing import Any, Dict, Tuple

import torch

from .generated import run_source


class GeneratedModule(torch.nn.Module):
    """Computes a function. It can be copied, pickled and saved like a module that is written in a file."""

    def __init__(self, source: str, name: str, expression: str) -> None:
        super().__init__()
        self.source = source
        self.name = name
        self.expression = expression
        made = run_source(source)[name]
        # Code of a function with learnable parameters is a class of modules.
        self.function = made() if isinstance(made, type) else made

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        result: torch.Tensor = self.function(x)
        return result

    def extra_repr(self) -> str:
        return self.expression

    def __reduce_ex__(self, protocol: Any) -> Tuple[Any, ...]:
        # The generated class cannot be found by its name, so a copy runs the code again and takes the parameters over.
        parameters = {name: (each.data, each.requires_grad) for name, each in self.named_parameters()}
        state = {"parameters": parameters, "training": self.training}
        return build_module, (self.source, self.name, self.expression), state

    def __setstate__(self, state: Dict[str, Any]) -> None:
        for name, each in self.named_parameters():
            each.data, each.requires_grad = state["parameters"][name]
        self.train(state["training"])


def build_module(source: str, name: str, expression: str) -> GeneratedModule:
    return GeneratedModule(source, name, expression)
