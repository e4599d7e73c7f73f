"""Rows as a DataFrame of pandas, or as a list of dictionaries where pandas is not installed."""

from __future__ import annotations

import csv
import datetime
import io
import json
import math
from typing import Any, Dict, Iterable, List, Mapping, Optional, Sequence

from .errors import MissingPackageError

METRICS = (
    "trainAccuracy",
    "trainLoss",
    "validationAccuracy",
    "validationLoss",
    "testAccuracy",
    "testLoss",
    "runtimeSeconds",
)
"""The metrics under their names in the API, which are also the names of columns."""

_INTEGERS = ("seed", "epoch", "runCount", "rank", "rankBest", "rankWorst", "tieGroup", "depth", "turningPoints", "datasets")
_JSON = ("metadata", "learnedParameters", "names", "operators", "spaces")
_TIMES = ("createdAt",)
_FLOATS = (
    *METRICS,
    *("gaussianMean", "gaussianStandardDeviation", "mean", "standardDeviation", "measured"),
    *("predicted", "predictedStandardDeviation"),
    *("valueAtZero", "derivativeAtZero", "leftSlope", "rightSlope"),
)
_BOOLEANS = ("isFinite", "isConstant", "hasMoments", "isEven", "isOdd", "isMonotone", "isBounded", "isSmooth")
_COMPLETE = ("epoch", "runCount", "depth", "turningPoints", "datasets")
"""Integers that every row has."""


def to_metric_name(name: str) -> str:
    """`validation_accuracy` and `validationAccuracy` are the same metric. Other names stay as they are."""
    first, *others = name.split("_")
    camel = first + "".join(word[:1].upper() + word[1:] for word in others)
    return camel if camel in METRICS else name


def to_metric_value(name: str) -> str:
    """The value of the enumeration `Metric`, such as VALIDATION_ACCURACY."""
    camel = to_metric_name(name)
    if camel == "runtimeSeconds":
        return "RUNTIME"
    return "".join(f"_{letter}" if letter.isupper() else letter for letter in camel).upper()


def need(package: str, what: str) -> Any:
    """Imports an optional package, or raises an error that says how to install it."""
    try:
        module = __import__(package)
    except ImportError as error:
        raise MissingPackageError(f"{what} needs {package}; pip install {package}") from error
    return module


def has_pandas() -> bool:
    try:
        import pandas  # noqa: F401
    except ImportError:
        return False
    return True


def from_rows(rows: Iterable[Mapping[str, Any]], columns: Optional[Sequence[str]] = None) -> Any:
    """A table of rows that came as JSON. A number that is null becomes NaN in pandas, and None without it."""
    listed = [dict(row) for row in rows]
    if not has_pandas():
        return listed
    import pandas

    frame = pandas.DataFrame(listed, columns=list(columns) if columns is not None else None)
    for name in frame.columns:
        if name in _FLOATS:
            frame[name] = frame[name].astype("float64")
    return frame


def from_csv(content: io.BytesIO) -> Any:
    """A table of an exported CSV. Numbers keep every digit."""
    return _pandas_csv(content) if has_pandas() else _plain_csv(content)


def _pandas_csv(content: io.BytesIO) -> Any:
    import pandas

    # The fast parser of pandas changes the last digit of some numbers. A text such as "nan" is no missing value here.
    header = content.readline().decode().strip().split(",")
    content.seek(0)
    types: Dict[str, Any] = {name: "float64" for name in header if name in _FLOATS}
    types.update({name: "Int64" for name in header if name in _INTEGERS})
    types.update({name: "bool" for name in header if name in _BOOLEANS})
    types.update({name: "object" for name in header if name not in types})
    frame = pandas.read_csv(content, dtype=types, float_precision="round_trip", keep_default_na=False, na_values=[""])
    for name in frame.columns:
        if name in _JSON:
            frame[name] = [json.loads(cell) if isinstance(cell, str) else None for cell in frame[name]]
        elif name in _TIMES:
            frame[name] = pandas.to_datetime(frame[name], utc=True)
        elif name in _COMPLETE:
            frame[name] = frame[name].astype("int64")
    return frame


def _plain_csv(content: io.BytesIO) -> List[Dict[str, Any]]:
    lines = io.TextIOWrapper(content, encoding="utf-8", newline="")
    return [{name: _to_value(name, cell) for name, cell in row.items()} for row in csv.DictReader(lines)]


def _to_value(name: str, cell: str) -> Any:
    if cell == "":
        return None
    if name in _FLOATS:
        return float(cell)
    if name in _BOOLEANS:
        return cell == "true"
    if name in _INTEGERS:
        return int(cell)
    if name in _JSON:
        return json.loads(cell)
    if name in _TIMES:
        return datetime.datetime.fromisoformat(cell.replace("Z", "+00:00"))
    return cell


def to_records(table: Any) -> List[Dict[str, Any]]:
    """The rows of a DataFrame, of a list of dictionaries, or of anything with `to_dict`, as plain values for JSON."""
    if hasattr(table, "to_dict") and hasattr(table, "columns"):
        table = table.to_dict("records")
    elif hasattr(table, "to_dicts"):
        table = table.to_dicts()
    elif isinstance(table, Mapping):
        table = [table]
    return [{str(name): to_plain(value) for name, value in row.items()} for row in table]


def to_plain(value: Any) -> Any:
    """A value for JSON: numbers of NumPy become those of Python; NaN, infinities and missing values become None."""
    if value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, Mapping):
        return {str(name): to_plain(each) for name, each in value.items()}
    if isinstance(value, (datetime.date, datetime.datetime)):
        # NaT is an instance of datetime that is not equal to itself.
        return value.isoformat() if value == value else None
    if hasattr(value, "tolist"):
        return to_plain(value.tolist())
    if hasattr(value, "item"):
        return to_plain(value.item())
    if isinstance(value, (list, tuple)):
        return [to_plain(each) for each in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, int):
        return value
    if type(value).__name__ in ("NAType", "NaTType"):
        return None
    return str(value)
