"""HTTP: requests that wait and try again, and files that are downloaded once."""

from __future__ import annotations

import random
import re
import threading
import time
from io import BytesIO
from typing import Any, Callable, Dict, List, Mapping, NamedTuple, Optional, Tuple, TypeVar

import httpx

from .cache import Cache
from .errors import ActbenchError, ConnectionFailedError, RateLimitedError, ServiceUnavailableError, from_graphql
from .progress import Progress
from .version import __version__

Result = TypeVar("Result")

_MAX_PAUSE = 30.0


class Answer(NamedTuple):
    """The data of an answer, and the errors at some of its places."""

    data: Dict[str, Any]
    errors: List[ActbenchError]


class Transport:
    """Sends requests. After 429, 503 and a lost connection it waits, then sends the request again, for `patience` seconds."""

    def __init__(
        self, url: str, key: Optional[str], *, timeout: float, patience: float, cache: Optional[Cache], progress: Optional[bool]
    ) -> None:
        self.url = url.rstrip("/")
        self.patience = patience
        self.cache = cache
        self.progress = progress
        #: Number of requests that were sent, for measurements.
        self.requests = 0
        self._lock = threading.Lock()
        headers = {"user-agent": f"actbench-python/{__version__}"}
        if key:
            headers["authorization"] = f"Bearer {key}"
        # A search may have many workers, and each of them keeps a connection.
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=32)
        self._http = httpx.Client(headers=headers, timeout=timeout, follow_redirects=True, limits=limits)

    def close(self) -> None:
        self._http.close()

    def execute(
        self, document: str, variables: Mapping[str, Any], *, repeatable: bool, patience: Optional[float] = None
    ) -> Answer:
        """Sends a GraphQL operation. A repeatable one is sent again if its answer is lost."""

        def send() -> Answer:
            self._count()
            try:
                response = self._http.post(
                    f"{self.url}/graphql",
                    json={"query": document, "variables": variables},
                    headers={"accept": "application/graphql-response+json, application/json"},
                )
            except (httpx.RequestError, httpx.InvalidURL) as error:
                raise _lost(error, self.url) from error
            answer = _read(response)
            # A mutation that ran must not run again only because another one of the same operation must wait.
            done = any(value is not None for value in answer.data.values())
            for each in answer.errors:
                if isinstance(each, (RateLimitedError, ServiceUnavailableError)) and (repeatable or not done):
                    raise each
            return answer

        return self._try(send, repeatable=repeatable, patience=patience)

    def download(self, path: str, params: Mapping[str, Any]) -> BytesIO:
        """The content of a file: from the cache if the service says that it has not changed."""
        url = str(httpx.URL(f"{self.url}/{path}", params=dict(params) or None))
        content = self._try(lambda: self._download(url, path), repeatable=True)
        return BytesIO(content)

    def _download(self, url: str, name: str) -> bytes:
        cached = self.cache.find(url) if self.cache else None
        self._count()
        headers = {"if-none-match": cached.etag} if cached else {}
        try:
            with self._http.stream("GET", url, headers=headers) as response:
                if response.status_code == 304 and cached:
                    return cached.read()
                if response.status_code != 200:
                    response.read()
                    raise _refusal(response)
                chunks: List[bytes] = []
                progress = Progress(self.progress)
                size = 0
                for chunk in response.iter_bytes():
                    chunks.append(chunk)
                    size += len(chunk)
                    progress.show(f"{name}: {size / 1e6:.1f} MB")
        except (httpx.RequestError, httpx.InvalidURL) as error:
            raise _lost(error, self.url) from error
        etag = response.headers.get("etag")
        if self.cache and etag:
            try:
                self.cache.store(url, etag, chunks)
            except OSError:
                pass
        return b"".join(chunks)

    def _try(self, send: Callable[[], Result], *, repeatable: bool, patience: Optional[float] = None) -> Result:
        end = time.monotonic() + (self.patience if patience is None else patience)
        attempt = 0
        while True:
            try:
                return send()
            except (RateLimitedError, ServiceUnavailableError) as error:
                pause = error.retry_after_seconds
                failure: ActbenchError = error
            except ConnectionFailedError as error:
                if not (repeatable or error.extensions.get("unsent")):
                    raise
                pause, failure = None, error
            if pause is None:
                pause = min(_MAX_PAUSE, 0.25 * 2**attempt)
            attempt += 1
            # Workers that were refused together must not come back together.
            pause *= 1 + random.random() / 4
            if time.monotonic() + pause > end:
                raise failure
            time.sleep(pause)

    def _count(self) -> None:
        with self._lock:
            self.requests += 1


def _lost(error: Exception, url: str) -> ConnectionFailedError:
    # These fail before the service has the request, so that it is safe to send again.
    unsent = isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout))
    return ConnectionFailedError(f"{url}: {error or type(error).__name__}", extensions={"unsent": unsent})


def _read(response: httpx.Response) -> Answer:
    try:
        body = response.json()
    except ValueError:
        raise _refusal(response) from None
    if not isinstance(body, dict) or ("data" not in body and "errors" not in body):
        raise _refusal(response)
    errors = [from_graphql(each) for each in body.get("errors") or []]
    data = body.get("data")
    if data is None:
        first = errors[0] if errors else _refusal(response)
        _note_pause(first, response)
        raise first
    return Answer(data, errors)


def _refusal(response: httpx.Response) -> ActbenchError:
    """The error of an answer that is not a GraphQL answer, such as that of a file or of a proxy."""
    try:
        error = from_graphql(response.json()["errors"][0])
    except (ValueError, KeyError, IndexError, TypeError):
        kinds = {429: RateLimitedError, 502: ConnectionFailedError, 503: ServiceUnavailableError, 504: ConnectionFailedError}
        kind = kinds.get(response.status_code, ActbenchError)
        text = re.sub(r"\s+", " ", response.text)[:200]
        error = kind(f"{response.url}: expected an answer of actbench, got status {response.status_code} {text}")
    _note_pause(error, response)
    return error


def _note_pause(error: ActbenchError, response: httpx.Response) -> None:
    header = response.headers.get("retry-after", "")
    if error.retry_after_seconds is None and header.isdigit():
        error.extensions["retryAfterSeconds"] = int(header)


def only_data(answer: Answer) -> Dict[str, Any]:
    """The data of an answer without errors; otherwise raises the first error."""
    if answer.errors:
        raise answer.errors[0]
    return answer.data


def split(answer: Answer, field: str, count: int) -> List[Tuple[Any, Optional[ActbenchError]]]:
    """The items of a list with the error at the place of each. Raises an error that belongs to no item."""
    failures: Dict[int, ActbenchError] = {}
    for error in answer.errors:
        path = error.path or []
        if len(path) < 2 or path[0] != field or not isinstance(path[1], int):
            raise error
        failures.setdefault(path[1], error)
    items = answer.data[field]
    return [(items[index], failures.get(index)) for index in range(count)]
