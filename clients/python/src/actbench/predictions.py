"""Predictions of many functions, in as few requests as the limits of the service allow."""

from __future__ import annotations

from typing import Any, Dict, Iterable, List, Optional

from . import documents, tables
from .errors import ActbenchError, BadUserInputError, QueryTooComplexError
from .identity import to_identity
from .transport import Transport, split

_CHUNK = 100

COLUMNS = ("asked", "expression", "activationId", "mean", "standardDeviation", "measured", "features", "error", "reason")


def predict(transport: Transport, dataset: str, expressions: Iterable[str]) -> Any:
    asked = [expressions] if isinstance(expressions, str) else list(expressions)
    for index, expression in enumerate(asked):
        if not isinstance(expression, str):
            raise TypeError(f"expressions[{index}]: expected a text, got {type(expression).__name__}")
    rows: List[Dict[str, Any]] = []
    for start in range(0, len(asked), _CHUNK):
        rows.extend(_predict_chunk(transport, dataset, asked[start : start + _CHUNK]))
    return tables.from_rows(rows, COLUMNS)


def _predict_chunk(transport: Transport, dataset: str, expressions: List[str]) -> List[Dict[str, Any]]:
    variables = {"dataset": dataset, "expressions": expressions}
    try:
        answer = transport.execute(documents.PREDICT, variables, repeatable=True)
        items = split(answer, "predict", len(expressions))
    except (QueryTooComplexError, BadUserInputError) as error:
        # One long expression may refuse the whole request. Halves find it, and save the others.
        if len(expressions) == 1:
            return [_to_row(expressions[0], None, error)]
        middle = len(expressions) // 2
        halves = (expressions[:middle], expressions[middle:])
        return [row for half in halves for row in _predict_chunk(transport, dataset, half)]
    return [_to_row(expression, item, error) for expression, (item, error) in zip(expressions, items)]


def _to_row(asked: str, item: Optional[Dict[str, Any]], error: Optional[ActbenchError]) -> Dict[str, Any]:
    row: Dict[str, Any] = dict.fromkeys(COLUMNS)
    row["asked"] = asked
    if item is not None:
        row.update({name: item[name] for name in ("mean", "standardDeviation", "measured", "features")})
        activation = item["activation"]
        row.update(expression=activation["expression"], activationId=to_identity(activation["id"]))
    if error is not None:
        row.update(error=error.code, reason=error.message)
    return row
