"""Trainings by the workers of the service."""

from __future__ import annotations

import time
import uuid
from typing import Any, Dict, List, Sequence

from . import documents, tables
from .errors import TrainingFailedError
from .progress import Progress
from .transport import Transport, only_data

_ENDED = ("SUCCEEDED", "FAILED", "CANCELLED")


def train(
    transport: Transport, expression: str, dataset: str, *, seeds: Sequence[int], wait: bool, poll_seconds: float
) -> Any:
    given = {"dataset": dataset, "expression": expression, "seeds": list(seeds), "idempotencyKey": str(uuid.uuid4())}
    queued = only_data(transport.execute(documents.TRAIN, {"input": given}, repeatable=True))["trainActivation"]
    ids = [job["id"] for job in queued["jobs"]]
    if not wait:
        return ids
    jobs = _follow(transport, expression, ids, poll_seconds)
    failed = next((job for job in jobs if job["state"] != "SUCCEEDED"), None)
    if failed:
        reason = failed["failure"] or failed["state"].lower()
        raise TrainingFailedError(f"{expression}, seed {failed['seed']}: {reason}", extensions={"jobs": jobs})
    runs = [run["id"] for run in queued["runs"]] + [job["run"]["id"] for job in jobs if job["run"]]
    if not runs:
        return tables.from_rows([])
    found = only_data(transport.execute(documents.RUNS, {"ids": runs}, repeatable=True))["nodes"]
    rows = [{**run, "expression": run["evaluation"]["expression"], "dataset": dataset} for run in found if run]
    for row in rows:
        del row["evaluation"]
    return tables.from_rows(sorted(rows, key=lambda row: row["seed"]))


def _follow(transport: Transport, expression: str, ids: List[str], poll_seconds: float) -> List[Dict[str, Any]]:
    """Waits until all jobs have ended. Ctrl-C ends the waiting, not the trainings."""
    progress = Progress(transport.progress)
    while ids:
        found = only_data(transport.execute(documents.JOBS, {"ids": ids}, repeatable=True))["nodes"]
        if not all(found):
            raise TrainingFailedError(f"{expression}: a job was deleted")
        ended = sum(job["state"] in _ENDED for job in found)
        if ended == len(ids):
            progress.end(f"{expression}: {ended} of {len(ids)} trained")
            return list(found)
        share = sum(job["progress"] for job in found) / len(ids)
        waiting = next((job["waitingFor"] for job in found if job["waitingFor"]), None)
        progress.show(f"{expression}: {share:.0%}" + (f", waiting: {waiting}" if waiting else ""))
        time.sleep(poll_seconds)
    return []
