"""Results of one's own, as rows of a dataset."""

from __future__ import annotations

import hashlib
import json
import uuid
from typing import Any, Dict, Iterator, List, NamedTuple, Optional

from . import documents, tables
from .errors import ActbenchError, ConflictError, NotFoundError
from .progress import Progress
from .transport import Transport, only_data

_MOST_ROWS = 1000
_MOST_BYTES = 500_000
_MOST_VALUES = 15_000
#: The service names all wrong rows at once, but conflicts with stored rows one by one.
_MOST_ROUNDS = 50

#: Columns of exports that the service writes itself.
_EXPORTED = {"dataset", "version", "activationId", "backend", "device", "softwareVersion", "createdAt", "learnedParameters", "endReason"}
_ROW_FIELDS = ("expression", "seed", "metadata", *tables.METRICS)
_DATASET_FIELDS = ("title", "description", "architecture", "task", "license", "citation", "searchSpace", "recipeDescription")


class Upload(NamedTuple):
    """What became of an upload: the number of added rows, and the refused rows with their problems."""

    dataset: str
    added: int
    refused: List[Dict[str, Any]]


def upload(transport: Transport, table: Any, dataset: str, *, on_error: str = "raise", **settings: Any) -> Upload:
    if on_error not in ("raise", "skip"):
        raise ValueError(f"on_error: expected 'raise' or 'skip', got {on_error!r}")
    unknown = sorted(set(settings) - set(_DATASET_FIELDS))
    if unknown:
        raise TypeError(f"upload: {unknown[0]!r} is no setting; expected one of {', '.join(_DATASET_FIELDS)}")
    rows = [_to_row(index, row) for index, row in enumerate(tables.to_records(table))]
    dataset_id = _find_or_create(transport, dataset, settings)
    progress = Progress(transport.progress)
    added, refused = 0, []
    for batch in _batches(rows):
        count, problems = _add(transport, dataset, dataset_id, batch, skips=on_error == "skip")
        added += count
        refused.extend(problems)
        progress.show(f"{dataset}: {added} of {len(rows)} rows")
    progress.end(f"{dataset}: {added} of {len(rows)} rows")
    return Upload(dataset, added, refused)


class _Row(NamedTuple):
    place: int
    fields: Dict[str, Any]


def _to_row(index: int, cells: Dict[str, Any]) -> _Row:
    fields: Dict[str, Any] = {}
    others: Dict[str, Any] = {}
    for name, value in cells.items():
        known = tables.to_metric_name(name)
        if value is None or name in _EXPORTED:
            continue
        if known in _ROW_FIELDS:
            fields[known] = value
        else:
            others[name] = value
    if not isinstance(fields.get("expression"), str):
        raise TypeError(f"rows[{index}]: expected a text in the column expression, got {fields.get('expression')!r}")
    # In a column with gaps, pandas makes floats of whole numbers.
    if isinstance(fields.get("seed"), float) and fields["seed"].is_integer():
        fields["seed"] = int(fields["seed"])
    if others:
        fields["metadata"] = {**others, **(fields.get("metadata") or {})}
    return _Row(index, fields)


def _batches(rows: List[_Row]) -> Iterator[List[_Row]]:
    batch: List[_Row] = []
    size = values = 0
    for row in rows:
        row_size, row_values = len(json.dumps(row.fields)), _count(row.fields)
        is_full = len(batch) == _MOST_ROWS or size + row_size > _MOST_BYTES or values + row_values > _MOST_VALUES
        if batch and is_full:
            yield batch
            batch, size, values = [], 0, 0
        batch.append(row)
        size += row_size
        values += row_values
    if batch:
        yield batch


def _count(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + sum(map(_count, value.values()))
    return 1 + sum(map(_count, value)) if isinstance(value, list) else 1


def _add(transport: Transport, dataset: str, dataset_id: str, batch: List[_Row], *, skips: bool) -> Any:
    """Adds a batch. All its rows are added, or none; if rows are skipped, the others are sent again without them."""
    refused: List[Dict[str, Any]] = []
    rounds = 0
    while batch:
        rounds += 1
        rows = [row.fields for row in batch]
        # The key follows from the content, so that a notebook that is run again within a day adds nothing twice.
        key = hashlib.sha256(json.dumps([dataset_id, batch[0].place, rows], sort_keys=True).encode()).hexdigest()
        variables = {"input": {"dataset": dataset, "rows": rows, "idempotencyKey": key}}
        try:
            only_data(transport.execute(documents.ADD_EVALUATIONS, variables, repeatable=True))
            break
        except ActbenchError as error:
            problems = _problems(error, batch)
            if not (skips and problems) or rounds > _MOST_ROUNDS:
                error.extensions["problems"] = problems or error.problems
                raise
            refused.extend(problems)
            wrong = {problem["row"] for problem in problems}
            batch = [row for row in batch if row.place not in wrong]
    return len(batch), refused


def _problems(error: ActbenchError, batch: List[_Row]) -> List[Dict[str, Any]]:
    """The problems of rows, each with the index of its row in the table of the caller."""
    listed = error.problems or [{**error.extensions, "code": error.code, "message": error.message}]
    found = []
    for problem in listed:
        argument = str(problem.get("argument") or "")
        place = argument.partition("rows[")[2].partition("]")[0]
        if place.isdigit() and int(place) < len(batch):
            row = batch[int(place)]
            found.append({"row": row.place, "expression": row.fields["expression"], **problem})
    return found


def _find_or_create(transport: Transport, name: str, settings: Dict[str, Any]) -> str:
    found = _find(transport, name)
    if found is not None:
        return found
    texts = {"title": name, "description": "Uploaded with the Python client."}
    defaults = {**texts, "architecture": "not stated", "task": "not stated"}
    given = {"name": name, **defaults, **{key: value for key, value in settings.items() if value is not None}}
    variables = {"input": {**given, "idempotencyKey": str(uuid.uuid4())}}
    try:
        created = only_data(transport.execute(documents.CREATE_DATASET, variables, repeatable=True))
        return str(created["createDataset"]["dataset"]["id"])
    except ConflictError:
        # Another program may have created it at the same moment.
        found = _find(transport, name)
        if found is None:
            raise
        return found


def _find(transport: Transport, name: str) -> Optional[str]:
    try:
        answer = transport.execute(documents.DATASET, {"name": name}, repeatable=True)
        found: Optional[Dict[str, Any]] = only_data(answer)["dataset"]
    except NotFoundError:
        return None
    return str(found["id"]) if found else None
