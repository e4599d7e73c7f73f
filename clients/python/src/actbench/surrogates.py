"""Predictions of one's own, as a version of the surrogate of a dataset."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from typing import Any, Dict

from . import documents, tables
from .transport import Transport, only_data

_FIELDS = {"expression": "expression", "mean": "mean", "standardDeviation": "standardDeviation"}
_FIELDS["standard_deviation"] = "standardDeviation"


def upload_surrogate(transport: Transport, dataset: str, table: Any, name: str) -> Dict[str, Any]:
    lines = []
    for index, row in enumerate(tables.to_records(table)):
        fields = {_FIELDS[column]: value for column, value in row.items() if column in _FIELDS}
        if not isinstance(fields.get("expression"), str):
            raise TypeError(f"rows[{index}]: expected a text in the column expression, got {fields.get('expression')!r}")
        lines.append(json.dumps(fields))
    # Without a time, so that the same table makes the same bytes.
    file = base64.b64encode(gzip.compress("\n".join(lines).encode(), mtime=0)).decode()
    # The key follows from the content, so that a notebook that is run again within a day stores nothing twice.
    key = hashlib.sha256(json.dumps([dataset, name, file]).encode()).hexdigest()
    variables = {"input": {"dataset": dataset, "name": name, "file": file, "idempotencyKey": key}}
    answer = transport.execute(documents.UPLOAD_SURROGATE, variables, repeatable=True)
    surrogate: Dict[str, Any] = only_data(answer)["uploadSurrogate"]["surrogate"]
    return surrogate
