"""Code that the service generated, as live functions."""

from __future__ import annotations

import ast
from typing import Any, Dict, Tuple

from .errors import ActbenchError

_ALLOWED_IMPORTS = {"torch", "numpy", "scipy", "math"}
_FORBIDDEN_NAMES = {"exec", "eval", "compile", "open", "getattr", "setattr", "globals", "vars", "breakpoint", "input"}


def check_source(source: str) -> str:
    """Refuses code that does more than compute a function. This finds mistakes; it does not make an unknown service safe."""
    for node in ast.walk(ast.parse(source)):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or "."]
        for name in names:
            if name.split(".")[0] not in _ALLOWED_IMPORTS:
                raise ActbenchError(f"code: it imports {name}; expected only numerical packages", code="UNSAFE_CODE")
        word = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
        if word in _FORBIDDEN_NAMES or (word.startswith("__") and word != "__init__"):
            raise ActbenchError(f"code: it uses {word}; expected only arithmetic", code="UNSAFE_CODE")
    return source


def run_source(source: str) -> Dict[str, Any]:
    """The names that the code defines."""
    names: Dict[str, Any] = {"__name__": "actbench.generated"}
    exec(compile(source, "<code of actbench>", "exec"), names)
    return names


class NumpyFunction:
    """A function of arrays. Learnable parameters are keyword arguments. It can be pickled."""

    def __init__(self, source: str, name: str, expression: str) -> None:
        self.source = source
        self.name = name
        self.expression = expression
        self._names = run_source(source)

    def __call__(self, x: Any, **parameters: Any) -> Any:
        return self._names[self.name](x, **parameters)

    def derivative(self, x: Any, **parameters: Any) -> Any:
        """The derivative by x."""
        return self._names[f"{self.name}_derivative"](x, **parameters)

    def __repr__(self) -> str:
        return f"NumpyFunction({self.expression!r})"

    def __reduce__(self) -> Tuple[Any, Tuple[str, str, str]]:
        return NumpyFunction, (self.source, self.name, self.expression)
