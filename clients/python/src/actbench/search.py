"""A search for better functions: create or continue it, and evaluate its suggestions with many workers."""

from __future__ import annotations

import json
import os
import uuid
from pathlib import Path
from types import TracebackType
from typing import Any, Dict, Iterator, Optional, Type, Union

from . import documents, tables
from .errors import NotFoundError
from .optimize import Objective, Optimizer
from .progress import Progress
from .transport import Transport, only_data

_SETTINGS = (
    "name",
    "algorithm",
    "budget",
    "schemas",
    "seed",
    "transferFrom",
    "baselines",
    "surrogate",
    "epochs",
    "replay",
    "replayValue",
    "replaySeed",
)


class Search:
    """A search of the service. `with` only marks where it is used: after an error, the search stays and can go on."""

    def __init__(self, transport: Transport, state: Dict[str, Any]) -> None:
        self._transport = transport
        #: The last known state: budget, completed, failed, best and so on.
        self.status = state

    @property
    def id(self) -> str:
        return str(self.status["id"])

    @property
    def state(self) -> str:
        """ACTIVE, COMPLETED or STOPPED, as of the last answer."""
        return str(self.status["state"])

    @property
    def best(self) -> Optional[Dict[str, Any]]:
        """The best function so far: `expression` and `validationAccuracy`."""
        found: Optional[Dict[str, Any]] = self.status["best"]
        return found

    def __repr__(self) -> str:
        return f"Search({self.id!r}, {self.state}, {self.status['completed']} of {self.status['budget']})"

    def __enter__(self) -> Search:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        if error is not None:
            Progress(self._transport.progress).end(f"the search goes on with client.search(id={self.id!r})")

    def refresh(self) -> Search:
        """Reads the present state."""
        self.status = _load(self._transport, self.id)
        return self

    def optimize(
        self,
        objective: Optional[Objective] = None,
        *,
        workers: int = 1,
        worker: Optional[str] = None,
        lease_seconds: int = 120,
        poll_seconds: float = 1.0,
        patience: float = 3600.0,
    ) -> Search:
        """Evaluates suggestions until the search has ended. Other programs may work on the same search at the same time.

        objective: gets a `Suggestion`, and returns the validation accuracy, or a dictionary of metrics, perhaps with
            `metadata`. An exception is reported as a failure, and the search goes on. A replay needs none.
        workers: number of threads. With one, the objective runs in the thread of the caller. For objectives that do not
            release the interpreter lock, start several programs that continue the same search.
        worker: a name for this program. If it is killed and started again with the same name, it first gets the
            functions that it had. Two running programs must not have the same name. By default, the name is new each time.
        lease_seconds: after a kill, other workers get the function after this time. Leases of running evaluations are
            renewed three times as often.
        patience: seconds for which a lost connection is tried again, so that no result is lost.
        """
        optimizer = Optimizer(
            self._transport,
            self.refresh().status,
            objective,
            worker=worker,
            lease_seconds=lease_seconds,
            poll_seconds=poll_seconds,
            patience=patience,
        )
        try:
            optimizer.run(workers)
        finally:
            self.status = optimizer.status
        return self

    def history(self) -> Any:
        """The best validation accuracy after each completed evaluation, one a row."""
        steps = only_data(self._transport.execute(documents.HISTORY, {"id": self.id}, repeatable=True))["search"]["history"]
        return tables.from_rows({**each, **each.pop("suggestion")} for each in steps)

    def suggestions(self, state: Optional[str] = None) -> Any:
        """All suggestions with their results, the earliest first. state: LEASED, COMPLETED, FAILED or EXPIRED."""
        return tables.from_rows(self._suggestions(state))

    def stop(self) -> Search:
        """Ends the search for all its workers."""
        answer = self._transport.execute(documents.STOP_SEARCH, {"id": self.id}, repeatable=True)
        self.status = only_data(answer)["stopSearch"]["search"]
        return self

    def _suggestions(self, state: Optional[str]) -> Iterator[Dict[str, Any]]:
        after: Optional[str] = None
        while True:
            variables = {"id": self.id, "state": state, "after": after}
            answer = self._transport.execute(documents.SUGGESTIONS, variables, repeatable=True)
            page = only_data(answer)["search"]["suggestions"]
            yield from page["nodes"]
            if not page["pageInfo"]["hasNextPage"]:
                return
            after = page["pageInfo"]["endCursor"]


def open_search(
    transport: Transport,
    dataset: Optional[str] = None,
    *,
    id: Optional[str] = None,
    file: Union[str, Path, None] = None,
    **settings: Any,
) -> Search:
    unknown = sorted(set(settings) - set(_SETTINGS))
    if unknown:
        raise TypeError(f"search: {unknown[0]!r} is no setting; expected one of {', '.join(_SETTINGS)}")
    if id is not None:
        return Search(transport, _load(transport, id))
    given = {name: value for name, value in {"dataset": dataset, **settings}.items() if value is not None}
    path = None if file is None else Path(file)
    if dataset is None and (path is None or not path.exists()):
        raise TypeError("search: expected a dataset for a new search, or the id or the file of a search")
    if path is None:
        return Search(transport, _create(transport, given, str(uuid.uuid4())))
    # The key is written before the search exists. After a kill, the same key gives the same search.
    note = _note_once(path, {"key": str(uuid.uuid4()), "input": given})
    for name, value in given.items():
        if note["input"].get(name) != value:
            kept = note["input"].get(name)
            raise ValueError(f"{path}: its search has {name} {kept!r}, not {value!r}; use another file for another search")
    if note.get("id"):
        return Search(transport, _load(transport, note["id"]))
    search = Search(transport, _create(transport, note["input"], note["key"]))
    _write(path, {**note, "id": search.id}, replace=True)
    return search


def _create(transport: Transport, settings: Dict[str, Any], key: str) -> Dict[str, Any]:
    variables = {"input": {**settings, "idempotencyKey": key}}
    state: Dict[str, Any] = only_data(transport.execute(documents.CREATE_SEARCH, variables, repeatable=True))[
        "createSearch"
    ]["search"]
    return state


def _load(transport: Transport, id: str) -> Dict[str, Any]:
    state: Optional[Dict[str, Any]] = only_data(transport.execute(documents.SEARCH, {"id": id}, repeatable=True))["search"]
    if state is None:
        raise NotFoundError(f"search: {id!r} does not exist")
    return state


def _note_once(path: Path, note: Dict[str, Any]) -> Dict[str, Any]:
    """What the file says, after it was written if it did not exist. Several programs may do this at the same time."""
    if not path.exists():
        _write(path, note, replace=False)
    found: Dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _write(path: Path, note: Dict[str, Any], *, replace: bool) -> None:
    part = path.with_name(f"{path.name}.{uuid.uuid4().hex}.part")
    part.write_text(json.dumps(note, indent=2) + "\n", encoding="utf-8")
    try:
        if replace:
            os.replace(part, path)
        else:
            # Unlike a rename, a link never replaces the file of another program.
            os.link(part, path)
    except FileExistsError:
        pass
    finally:
        part.unlink() if part.exists() else None
