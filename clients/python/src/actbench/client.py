"""The entrance: addresses, keys, and the calls that concern no single dataset."""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType
from typing import Any, Dict, Iterable, Iterator, List, Optional, Sequence, Type, Union

from . import documents, tables
from .activation import Activation
from .cache import Cache
from .dataset import Dataset
from .identity import to_identity
from .predictions import predict
from .search import Search, open_search
from .training import train
from .transport import Transport, only_data, split
from .upload import Upload, upload

DEFAULT_URL = "http://127.0.0.1:4000"


class Client:
    """A connection to one service. Threads may share it.

    Without arguments, the address is `ACTBENCH_URL` and the key is `ACTBENCH_KEY`. Reading needs no key.

    timeout: seconds to wait for an answer to one request.
    patience: seconds for which a request is repeated while the service is busy or away.
    cache: True for the usual folder, a folder, or False for no cache of files.
    progress: True or False; by default, lines appear in a terminal and in a notebook.
    """

    def __init__(
        self,
        url: Optional[str] = None,
        key: Optional[str] = None,
        *,
        timeout: float = 120.0,
        patience: float = 300.0,
        cache: Union[bool, str, Path] = True,
        progress: Optional[bool] = None,
    ) -> None:
        folder = cache if isinstance(cache, (str, Path)) else None
        self.transport = Transport(
            url or os.environ.get("ACTBENCH_URL") or DEFAULT_URL,
            key or os.environ.get("ACTBENCH_KEY"),
            timeout=timeout,
            patience=patience,
            cache=None if cache is False else Cache(folder),
            progress=progress,
        )

    @property
    def url(self) -> str:
        return self.transport.url

    def close(self) -> None:
        """Closes the connections. A client that is not closed closes them at the end of the program."""
        self.transport.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Client({self.url!r})"

    def query(self, document: str, **variables: Any) -> Dict[str, Any]:
        """Sends any GraphQL operation and returns its data. Raises the first error, if there is one."""
        repeatable = not document.lstrip().startswith("mutation")
        return only_data(self.transport.execute(document, variables, repeatable=repeatable))

    def datasets(self) -> Any:
        """All datasets, one a row."""
        return tables.from_rows(self._pages(documents.DATASETS, "datasets"))

    def dataset(self, name: str) -> Dataset:
        """A dataset by its name, such as `mini-cnn`. Nothing is requested before you read from it."""
        return Dataset(self.transport, name)

    def activation(self, expression: str) -> Activation:
        """What the service knows of a function, in any spelling."""
        return Activation.load(self.transport, expression)

    def activations(self) -> Any:
        """Every function that the service has stored: names, spaces, moments, properties, number of datasets."""
        return tables.from_csv(self.transport.download("export/activations.csv", {}))

    def known_functions(self, search: Optional[str] = None) -> Any:
        """The functions of the literature, with their names, expressions and papers."""
        return tables.from_rows(self._pages(documents.KNOWN_FUNCTIONS, "knownFunctions", search=search))

    def predict(self, expressions: Iterable[str], dataset: str) -> Any:
        """Predictions of a dataset's surrogate, one row for each expression in their order.

        A function that cannot be predicted has its code in the column `error` and the reason in `reason`.
        """
        return predict(self.transport, dataset, expressions)

    def compare(self, expressions: Sequence[str], datasets: Sequence[str]) -> Any:
        """Functions across datasets: a row for each pair that was evaluated."""
        rows: List[Dict[str, Any]] = []
        size = max(1, 100 // max(1, len(datasets)))
        for start in range(0, len(expressions), size):
            part = list(expressions[start : start + size])
            variables = {"expressions": part, "datasets": list(datasets)}
            answer = self.transport.execute(documents.COMPARE, variables, repeatable=True)
            for expression, (item, error) in zip(part, split(answer, "compare", len(part))):
                if item is None:
                    raise error or RuntimeError(f"{expression}: the answer has no comparison")
                for evaluation in filter(None, item["evaluations"]):
                    activation = item["activation"]
                    names = {"asked": expression, "expression": activation["expression"], "activationId": to_identity(activation["id"])}
                    rows.append({**names, **evaluation, "dataset": evaluation["dataset"]["name"]})
        return tables.from_rows(rows)

    def search(self, dataset: Optional[str] = None, **settings: Any) -> Search:
        """Creates a search, or continues one.

        with client.search("mini-cnn", budget=300, file="my.search") as search:
            search.optimize(train, workers=8)

        id: continues the search with this id.
        file: a file that remembers the search. The first call creates it; later calls, and other processes, continue it.
        Other settings are those of the API: name, algorithm, budget, schemas, seed, transferFrom, baselines,
        surrogate, epochs, replay, replayValue, replaySeed.
        """
        return open_search(self.transport, dataset, **settings)

    def upload(self, table: Any, dataset: str, **settings: Any) -> Upload:
        """Adds rows of results to a dataset of your own, and creates it if it does not exist.

        table: a DataFrame or a list of dictionaries. The column `expression` is needed; `seed`, the metrics and `metadata`
        are optional. Other columns go into the metadata of their runs. NaN counts as not measured.
        Settings: title, description, architecture, task, license and citation for a new dataset; on_error="skip" leaves
        out the rows that the service refuses, and returns their problems.
        """
        return upload(self.transport, table, dataset, **settings)

    def train(
        self, expression: str, dataset: str, *, seeds: Sequence[int] = (0,), wait: bool = True, poll_seconds: float = 1.0
    ) -> Any:
        """Has the service train a function, and waits for the runs: one row for each seed.

        Runs that exist already are returned without a new training. With wait=False, returns the ids of the jobs.
        """
        return train(self.transport, expression, dataset, seeds=seeds, wait=wait, poll_seconds=poll_seconds)

    def _pages(self, document: str, field: str, **variables: Any) -> Iterator[Dict[str, Any]]:
        after: Optional[str] = None
        while True:
            page = self.query(document, after=after, **variables)[field]
            yield from page["nodes"]
            if not page["pageInfo"]["hasNextPage"]:
                return
            after = page["pageInfo"]["endCursor"]
