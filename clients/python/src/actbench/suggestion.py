"""One function to evaluate, leased to this program."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Dict, Mapping, Optional

from . import tables
from .activation import Activation
from .generated import NumpyFunction
from .transport import Transport

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class Suggestion:
    """What an objective gets: the expression, and the function as live code."""

    id: str
    expression: str
    #: The predicted validation accuracy, if the search chose the function by a prediction.
    predicted: Optional[float]
    worker: str
    _transport: Transport = field(repr=False, compare=False)
    #: With ASHA, the epochs to train in all: pause a whole training after this one, and keep its weights. None: train to the end.
    epochs: Optional[int] = None

    def activation(self) -> Activation:
        """What the service knows of the function."""
        return Activation.load(self._transport, self.expression)

    def torch(self, *, normalized_for: Optional[str] = None) -> torch.nn.Module:
        """A module of PyTorch that computes the function."""
        return self.activation().torch(normalized_for=normalized_for)

    def numpy(self, *, normalized_for: Optional[str] = None) -> NumpyFunction:
        """A function of NumPy arrays."""
        return self.activation().numpy(normalized_for=normalized_for)


def to_report(result: Any) -> Dict[str, Any]:
    """The input of a report from what an objective returned: a number is the validation accuracy."""
    if result is None:
        return {"failure": "the objective returned None; expected a number or a dictionary of metrics"}
    if not isinstance(result, Mapping):
        try:
            result = {"validationAccuracy": float(result)}
        except (TypeError, ValueError):
            kind = type(result).__name__
            return {"failure": f"the objective returned {kind}; expected a number or a dictionary of metrics"}
    report: Dict[str, Any] = {}
    for name, value in result.items():
        metric = tables.to_metric_name(str(name))
        if metric not in tables.METRICS and metric not in ("metadata", "failure"):
            return {"failure": f"the objective returned {name!r}, which is no metric"}
        plain = tables.to_plain(value)
        if plain is not None:
            report[metric] = plain
    if "failure" in report:
        return {name: report[name] for name in ("failure", "metadata") if name in report}
    if "validationAccuracy" not in report:
        shown = result.get("validationAccuracy", result.get("validation_accuracy"))
        return {"failure": f"the validation accuracy is {shown}; expected a fraction from 0 to 1"}
    return report
