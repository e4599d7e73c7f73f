"""The loop of a search: ask, evaluate, report, and keep the leases of running evaluations."""

from __future__ import annotations

import random
import socket
import threading
import time
import traceback
import uuid
from typing import Any, Callable, Dict, List, Optional

from . import documents
from .errors import ActbenchError, BadUserInputError, ConflictError
from .progress import Progress
from .suggestion import Suggestion, to_report
from .transport import Transport, only_data

Objective = Callable[[Suggestion], Any]

_LONGEST_FAILURE = 1000
_LONGEST_PAUSE = 10.0


class Optimizer:
    """The workers of one call of `Search.optimize`."""

    def __init__(
        self,
        transport: Transport,
        status: Dict[str, Any],
        objective: Optional[Objective],
        *,
        worker: Optional[str],
        lease_seconds: int,
        poll_seconds: float,
        patience: float,
    ) -> None:
        if objective is None and not status["replay"]:
            raise TypeError("optimize: expected an objective; only a replay needs none")
        self.status = status
        self._transport = transport
        self._objective = objective
        self._worker = worker or f"{socket.gethostname()}-{uuid.uuid4().hex[:8]}"
        self._lease_seconds = lease_seconds
        self._poll_seconds = poll_seconds
        self._patience = patience
        self._progress = Progress(transport.progress)
        self._lock = threading.Lock()
        self._held: Dict[str, float] = {}
        self._stopped = threading.Event()
        self._failure: Optional[BaseException] = None

    def run(self, workers: int) -> None:
        if workers < 1:
            raise ValueError(f"workers: expected at least 1, got {workers}")
        renewing = threading.Thread(target=self._renew_leases, name="actbench-leases", daemon=True)
        renewing.start()
        try:
            if workers == 1:
                self._work(self._worker)
            else:
                self._run_threads(workers)
        finally:
            self._stopped.set()
        self._progress.end(self._describe())

    def _run_threads(self, workers: int) -> None:
        threads: List[threading.Thread] = []
        for index in range(workers):
            # Daemons do not keep the program alive: after Ctrl-C it ends, and the leases run out.
            thread = threading.Thread(target=self._work_guarded, args=(f"{self._worker}-{index}",), daemon=True)
            threads.append(thread)
            thread.start()
        for thread in threads:
            # Without a time limit, Ctrl-C would not reach this thread on Windows.
            while thread.is_alive():
                thread.join(0.5)
        if self._failure is not None:
            raise self._failure

    def _work_guarded(self, worker: str) -> None:
        try:
            self._work(worker)
        except BaseException as error:
            with self._lock:
                self._failure = self._failure or error
            self._stopped.set()

    def _work(self, worker: str) -> None:
        pause = self._poll_seconds
        while not self._stopped.is_set():
            suggestion = self._suggest(worker)
            if suggestion is not None:
                pause = self._poll_seconds
                self._evaluate(suggestion)
                if self.status["state"] != "ACTIVE":
                    return
            elif self.status["state"] != "ACTIVE":
                return
            else:
                self._stopped.wait(pause * (1 + random.random() / 4))
                pause = min(_LONGEST_PAUSE, pause * 1.5)

    def _suggest(self, worker: str) -> Optional[Suggestion]:
        # If the answer is lost, the same worker gets the same suggestion again.
        given = {"searchId": self.status["id"], "worker": worker, "leaseSeconds": self._lease_seconds}
        try:
            asked = self._send(documents.SUGGEST, {"input": given})["suggest"]
        except ConflictError:
            # The search ended between two requests.
            self._note(only_data(self._transport.execute(documents.SEARCH, {"id": given["searchId"]}, repeatable=True))["search"])
            if self.status["state"] == "ACTIVE":
                raise
            return None
        self._note(asked["search"])
        if not asked["suggestions"]:
            return None
        found = asked["suggestions"][0]
        with self._lock:
            self._held[found["id"]] = time.monotonic()
        predicted = (found["predicted"] or {}).get("mean")
        return Suggestion(found["id"], found["expression"], predicted, worker, self._transport, found.get("epochs"))

    def _evaluate(self, suggestion: Suggestion) -> None:
        try:
            if self.status["replay"] and self._objective is None:
                report: Dict[str, Any] = {}
            else:
                assert self._objective is not None
                try:
                    report = to_report(self._objective(suggestion))
                except Exception as error:
                    report = {"failure": _describe_failure(error)}
            self._report(suggestion, report)
        finally:
            with self._lock:
                self._held.pop(suggestion.id, None)

    def _report(self, suggestion: Suggestion, report: Dict[str, Any]) -> None:
        try:
            self._send_report(suggestion, report)
        except BadUserInputError as error:
            # A metric out of its range, such as an accuracy in percent, is a mistake of the objective.
            self._send_report(suggestion, {"failure": f"the service refused the metrics: {error.message}"[:_LONGEST_FAILURE]})
        except ConflictError:
            # The lease ran out and another worker has the function, or the search was stopped. Its result counts, not this.
            pass

    def _send_report(self, suggestion: Suggestion, report: Dict[str, Any]) -> None:
        given = {"suggestionId": suggestion.id, **report, "idempotencyKey": str(uuid.uuid4())}
        self._note(self._send(documents.REPORT, {"input": given})["reportEvaluation"]["search"])

    def _renew_leases(self) -> None:
        period = self._lease_seconds / 3
        while not self._stopped.wait(min(period, 1.0)):
            now = time.monotonic()
            with self._lock:
                due = [id for id, since in self._held.items() if now - since >= period]
            for id in due:
                try:
                    variables = {"id": id, "seconds": self._lease_seconds}
                    self._transport.execute(documents.RENEW, variables, repeatable=True, patience=period)
                except ActbenchError:
                    # The report says later whether the lease was lost.
                    pass
                with self._lock:
                    if id in self._held:
                        self._held[id] = now

    def _send(self, document: str, variables: Dict[str, Any]) -> Dict[str, Any]:
        return only_data(self._transport.execute(document, variables, repeatable=True, patience=self._patience))

    def _note(self, status: Dict[str, Any]) -> None:
        with self._lock:
            # Answers of several threads may overtake each other, but the numbers only grow.
            done, seen = (each["completed"] + each["failed"] for each in (status, self.status))
            if done >= seen or status["state"] != "ACTIVE":
                self.status = status
        self._progress.show(self._describe())

    def _describe(self) -> str:
        status = self.status
        best = status["best"]
        parts = [f"{status['completed']} of {status['budget']} evaluated"]
        if status["failed"]:
            parts.append(f"{status['failed']} failed")
        if best:
            parts.append(f"best {best['validationAccuracy']:.4f} {best['expression']}")
        if status["state"] != "ACTIVE":
            parts.append(str(status["endReason"] or status["state"]))
        elif status["waitingFor"]:
            parts.append(f"waiting: {status['waitingFor']}")
        return ", ".join(parts)


def _describe_failure(error: BaseException) -> str:
    lines = traceback.format_exception_only(type(error), error)
    return "".join(lines).strip()[:_LONGEST_FAILURE] or type(error).__name__
