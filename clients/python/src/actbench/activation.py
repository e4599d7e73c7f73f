"""A function: its properties, its neighbours, and live code for PyTorch and NumPy."""

from __future__ import annotations

import base64
from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Dict, List, Optional

from . import documents, tables
from .generated import NumpyFunction, check_source
from .identity import to_identity
from .transport import Transport, only_data

if TYPE_CHECKING:
    import torch

_NAME = "activation"


@dataclass(frozen=True)
class Properties:
    """Properties on [-10, 10]; slopes are limits far to the left and right. docs/language.md of the service explains them."""

    isEven: bool
    isOdd: bool
    isMonotone: bool
    isBounded: bool
    isSmooth: bool
    turningPoints: int
    valueAtZero: Optional[float]
    derivativeAtZero: Optional[float]
    leftSlope: Optional[float]
    rightSlope: Optional[float]


@dataclass(frozen=True)
class Activation:
    """A function as the service knows it. Two spellings of the same function have the same `id`."""

    asked: str
    id: str
    expression: str
    names: List[str]
    parameters: List[float]
    operators: List[str]
    depth: int
    isFinite: bool
    isConstant: bool
    gaussianMean: Optional[float]
    gaussianStandardDeviation: Optional[float]
    properties: Properties
    _transport: Transport = field(repr=False, compare=False)

    @classmethod
    def load(cls, transport: Transport, expression: str) -> Activation:
        found = _ask(transport, documents.ACTIVATION, expression=expression)
        properties = Properties(**found.pop("properties"))
        return cls(asked=expression, properties=properties, _transport=transport, **found)

    @property
    def activationId(self) -> str:
        """The identity of the function, as the tables of a dataset have it."""
        return to_identity(self.id)

    def code(self, target: str, name: str = _NAME, *, normalized_for: Optional[str] = None) -> str:
        """Source text for PYTORCH, JAX, TENSORFLOW, NUMPY, TENSORFLOW_JS, JULIA or LATEX.

        normalized_for: a dataset. The code then normalises the function as the networks of this dataset do.
        """
        variables = {"target": target.upper(), "name": name, "for": normalized_for}
        return str(self._ask(documents.CODE, **variables)["code"])

    def torch(self, *, normalized_for: Optional[str] = None) -> torch.nn.Module:
        """A module of PyTorch that computes the function. Learnable parameters are parameters of the module.

        It runs code that the service gives, so use it only with a service that you trust.
        """
        tables.need("torch", "Activation.torch()")
        from .torch_module import build_module

        source = self.code("PYTORCH", normalized_for=normalized_for)
        return build_module(check_source(source), _NAME, self.asked)

    def numpy(self, *, normalized_for: Optional[str] = None) -> NumpyFunction:
        """A function of arrays, with its derivative as `.derivative`. It runs code that the service gives."""
        tables.need("numpy", "Activation.numpy()")
        return NumpyFunction(check_source(self.code("NUMPY", normalized_for=normalized_for)), _NAME, self.asked)

    def curve(self, start: float = -5.0, end: float = 5.0, points: int = 201) -> Any:
        """Values and derivatives at points of equal distance, as a table."""
        variables = {"from": start, "to": end, "points": points}
        return tables.from_rows(self._ask(documents.CURVE, **variables)["curve"])

    def neighbours(self, dataset: Optional[str] = None, space: str = "OUTPUTS", first: int = 10) -> Any:
        """The nearest functions, nearest first. The spaces FISHER_SPECTRUM and EMBEDDING need a dataset.

        With a dataset, the table also has what each of them reached there.
        """
        variables = {"dataset": dataset, "space": space, "first": first}
        document = documents.NEIGHBOURS if dataset is None else documents.NEIGHBOURS_IN
        rows = []
        for found in self._ask(document, **variables)["neighbours"]:
            activation = found["activation"]
            row = {"expression": activation["expression"], "activationId": to_identity(activation["id"])}
            row["distance"] = found["distance"]
            if dataset is not None:
                row["validationAccuracy"] = (activation["evaluation"] or {}).get("validationAccuracy")
            rows.append(row)
        return tables.from_rows(rows)

    def evaluations(self) -> Any:
        """The results of this function in all datasets."""
        found = self._ask(documents.ACTIVATION_EVALUATIONS)["evaluations"]
        return tables.from_rows({**each, "dataset": each["dataset"]["name"]} for each in found)

    def equivalents(self) -> List[str]:
        """All known spellings, the shortest first."""
        spellings: List[str] = []
        after: Optional[str] = None
        while True:
            page = self._ask(documents.EQUIVALENTS, after=after)["equivalents"]
            spellings.extend(page["nodes"])
            if not page["pageInfo"]["hasNextPage"]:
                return spellings
            after = page["pageInfo"]["endCursor"]

    def outputs(self) -> Any:
        """The outputs on the 1,000 reference samples as float32."""
        return _to_vector(self._ask(documents.OUTPUTS)["outputs"])

    def fisher_spectrum(self, dataset: str) -> Any:
        """The Fisher spectrum in the networks of a dataset as float32; None if it is not known."""
        return _to_vector(self._ask(documents.SPECTRUM, dataset=dataset)["fisherSpectrum"])

    def _ask(self, document: str, **variables: Any) -> Dict[str, Any]:
        return _ask(self._transport, document, expression=self.asked, **variables)


def _ask(transport: Transport, document: str, **variables: Any) -> Dict[str, Any]:
    found: Dict[str, Any] = only_data(transport.execute(document, variables, repeatable=True))["activation"]
    return found


def _to_vector(vector: Optional[Dict[str, str]]) -> Any:
    if vector is None:
        return None
    stored = base64.b64decode(vector["base64"])
    try:
        import numpy
    except ImportError:
        # The service writes little-endian numbers, as do the machines that run this.
        return list(array("f", stored))
    return numpy.frombuffer(stored, dtype="<f4")
