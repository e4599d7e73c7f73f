"""A dataset: its results as tables, its vectors as matrices, its noise, map and predictions."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, Iterable, Iterator, NamedTuple, Optional, Union
from urllib.parse import urlencode

from . import documents, tables
from .errors import NotFoundError, SurrogateUnavailableError
from .identity import to_identity
from .predictions import predict
from .surrogates import upload_surrogate
from .transport import Transport, only_data

_MOST_ROWS = 200
_MOST_POINTS = 5000


class Noise(NamedTuple):
    """How much the results of one function differ from seed to seed."""

    standardDeviation: float
    evaluations: int
    runs: int


class Dataset:
    """A dataset of the service.

    Columns have the names of the API, such as `validationAccuracy`. Filters are keywords: `validation_accuracy_min=0.9`,
    `runtime_seconds_max=600`. Without pandas, tables are lists of dictionaries.
    """

    def __init__(self, transport: Transport, name: str) -> None:
        self._transport = transport
        self.name = name
        self._about: Optional[Dict[str, Any]] = None

    def __repr__(self) -> str:
        return f"Dataset({self.name!r})"

    @property
    def about(self) -> Dict[str, Any]:
        """Title, version, licence, citation, and what was trained how. It is read once."""
        if self._about is None:
            self._about = self._ask(documents.DATASET)
        return self._about

    def url(self, format: str = "parquet", **filters: float) -> str:
        """The address of an export, for DuckDB, polars or a browser: `parquet`, `csv`, `runs.parquet`, `outputs.npy`..."""
        found = urlencode(_to_filters(filters))
        return f"{self._transport.url}/{self._path(format)}{'?' if found else ''}{found}"

    def download(self, format: str, path: Union[str, Path], **filters: float) -> Path:
        """Writes an export to a file."""
        content = self._transport.download(self._path(format), _to_filters(filters))
        Path(path).write_bytes(content.getbuffer())
        return Path(path)

    def evaluations(self, **filters: float) -> Any:
        """All functions, one a row, the earliest first: metrics, number of runs, spread, ranks, prediction, properties.

        Spread, ranks and prediction are those of the validation accuracy. Ranks are places in the whole dataset, also if
        filters choose some functions.
        """
        try:
            return self._csv("evaluations.csv", filters)
        except NotFoundError:
            # A service of version 0.4 has only the metrics.
            return self._csv("csv", filters)

    def runs(self, **filters: float) -> Any:
        """All trainings: a row for each function, seed and version of the dataset. The filters choose functions."""
        return self._csv("runs.csv", filters)

    def epochs(self, **filters: float) -> Any:
        """The learning curves of all trainings: a row for each epoch."""
        return self._csv("epochs.csv", filters)

    def outputs(self, **filters: float) -> Any:
        """A matrix of float32 with the outputs of the functions, in the order of `evaluations()`."""
        return self._matrix("outputs.npy", filters)

    def spectra(self, **filters: float) -> Any:
        """A matrix of float32 with the Fisher spectra, in the order of `evaluations()`; NaN where there is none."""
        return self._matrix("fisher-spectra.npy", filters)

    def leaderboard(self, first: Optional[int] = 20, metric: str = "validationAccuracy", **filters: float) -> Any:
        """The best functions with their ranks, plausible ranks, numbers of runs and spreads. With None, all of them."""
        variables: Dict[str, Any] = {"metric": tables.to_metric_value(metric), "filter": _to_nested(filters)}
        rows = []
        for node in self._pages(documents.LEADERBOARD, first, variables, ("leaderboard",)):
            rows.append(_flatten(node))
        return tables.from_rows(rows)

    def evaluation(self, expression: str) -> Optional[Dict[str, Any]]:
        """The result of one function in any spelling; None if the dataset has none."""
        found = self._ask(documents.EVALUATION, expression=expression)["evaluation"]
        return _flatten(found) if found else None

    def noise(self, metric: str = "validationAccuracy") -> Optional[Noise]:
        """The spread between seeds, over all functions with several runs; None if it cannot be known."""
        found = self._ask(documents.NOISE, metric=tables.to_metric_value(metric))["seedNoise"]
        return Noise(**found) if found else None

    def map(self) -> Any:
        """The map of the best surrogate: a point for each function."""
        rows = []
        for node in self._pages(documents.MAP, None, {}, ("surrogate", "embedding")):
            activation = node.pop("activation")
            rows.append({"expression": activation["expression"], "activationId": to_identity(activation["id"]), **node})
        return tables.from_rows(rows)

    def predictions(self, evaluated: Optional[bool] = None, first: Optional[int] = None) -> Any:
        """The predictions for all functions that the surrogate knows, best first. evaluated=False: only unmeasured ones."""
        rows = []
        path = ("surrogate", "predictions")
        for node in self._pages(documents.PREDICTIONS, first, {"evaluated": evaluated}, path, _MOST_POINTS):
            rows.append({**node, "activationId": to_identity(node.pop("activation")["id"])})
        return tables.from_rows(rows)

    def predict(self, expressions: Iterable[str]) -> Any:
        """Predictions for any expressions: see `Client.predict`."""
        return predict(self._transport, self.name, expressions)

    def upload_surrogate(self, table: Any, name: str) -> Dict[str, Any]:
        """Stores predictions of your own surrogate: a table with the columns expression, mean and standardDeviation.

        Up to 50,000 functions, all or none. Returns id, version and the quality by what was measured before.
        """
        return upload_surrogate(self._transport, self.name, table, name)

    def delete(self) -> None:
        """Deletes the dataset with everything in it. It must belong to your key."""
        only_data(self._transport.execute(documents.DELETE_DATASET, {"name": self.name}, repeatable=False))

    def _path(self, format: str) -> str:
        # `runs.csv`, `epochs.parquet` and matrices are files in a folder; `csv` and `parquet` are files of the dataset.
        is_folder = "." in format and format != "about.json"
        return f"export/{self.name}{'/' if is_folder else '.'}{format}"

    def _csv(self, format: str, filters: Dict[str, float]) -> Any:
        return tables.from_csv(self._transport.download(self._path(format), _to_filters(filters)))

    def _matrix(self, format: str, filters: Dict[str, float]) -> Any:
        numpy = tables.need("numpy", format)
        return numpy.load(self._transport.download(self._path(format), _to_filters(filters)), allow_pickle=False)

    def _ask(self, document: str, **variables: Any) -> Dict[str, Any]:
        answer = self._transport.execute(document, {"name": self.name, **variables}, repeatable=True)
        found: Optional[Dict[str, Any]] = only_data(answer)["dataset"]
        if found is None:
            raise NotFoundError(f"dataset: {self.name!r} does not exist")
        return found

    def _pages(
        self,
        document: str,
        first: Optional[int],
        variables: Dict[str, Any],
        path: Iterable[str],
        most: int = _MOST_ROWS,
    ) -> Iterator[Dict[str, Any]]:
        after: Optional[str] = None
        left = first
        while left is None or left > 0:
            size = most if left is None else min(most, left)
            page = self._ask(document, **variables, first=size, after=after)
            for step in path:
                page = page[step]
                if page is None:
                    raise SurrogateUnavailableError(f"{self.name} has no fitted surrogate yet")
            yield from page["nodes"]
            if not page["pageInfo"]["hasNextPage"]:
                return
            after = page["pageInfo"]["endCursor"]
            left = None if left is None else left - size


def _flatten(node: Dict[str, Any]) -> Dict[str, Any]:
    """An evaluation as a row: the identity of its function, and both ends of its plausible ranks."""
    interval = node.pop("rankInterval") or {}
    row = {**node, "activationId": to_identity(node["activation"]["id"])}
    del row["activation"]
    return {**row, "rankBest": interval.get("best"), "rankWorst": interval.get("worst")}


def _to_filters(filters: Dict[str, float]) -> Dict[str, str]:
    """`validation_accuracy_min=0.5` as the parameter `validationAccuracy.min=0.5` of an export."""
    found = {}
    for name, bound in filters.items():
        metric, _, end = name.rpartition("_")
        if end not in ("min", "max") or tables.to_metric_name(metric) not in tables.METRICS:
            raise TypeError(f"{name}: expected a metric with _min or _max, such as validation_accuracy_min")
        found[f"{tables.to_metric_name(metric)}.{end}"] = repr(float(bound))
    return found


def _to_nested(filters: Dict[str, float]) -> Optional[Dict[str, Dict[str, float]]]:
    nested: Dict[str, Dict[str, float]] = {}
    for name, bound in _to_filters(filters).items():
        metric, _, end = name.partition(".")
        nested.setdefault(metric, {})[end] = float(bound)
    return nested or None
