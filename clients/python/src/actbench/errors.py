"""The errors of the service as exceptions: one class for each code."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Type


class ActbenchError(Exception):
    """A request failed. `code` is the code of the API; compare it, or catch the class of the code."""

    code = "UNKNOWN"

    def __init__(
        self,
        message: str,
        *,
        code: Optional[str] = None,
        extensions: Optional[Mapping[str, Any]] = None,
        path: Optional[List[Any]] = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        if code is not None:
            self.code = code
        #: What the API says besides the message, such as `position` or `argument`.
        self.extensions: Dict[str, Any] = dict(extensions or {})
        #: Where in the answer the value is missing.
        self.path = path

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"

    @property
    def retry_after_seconds(self) -> Optional[float]:
        """How long to wait before the next try, if the service says it."""
        seconds = self.extensions.get("retryAfterSeconds")
        return float(seconds) if isinstance(seconds, (int, float)) else None

    @property
    def problems(self) -> List[Dict[str, Any]]:
        """If several rows of an upload are wrong: the code, message and argument of each."""
        problems = self.extensions.get("problems")
        return list(problems) if isinstance(problems, list) else []


class InvalidExpressionError(ActbenchError):
    """The expression does not parse. `extensions` has `position`, `expected` and perhaps `suggestion`."""

    code = "INVALID_EXPRESSION"


class NotFiniteError(ActbenchError):
    """The function is NaN or infinite on a reference sample."""

    code = "NOT_FINITE"


class BadUserInputError(ActbenchError):
    """An argument is malformed or out of its range."""

    code = "BAD_USER_INPUT"


class NotFoundError(ActbenchError):
    """The object does not exist."""

    code = "NOT_FOUND"


class ConflictError(ActbenchError):
    """The present state of the object does not allow this."""

    code = "CONFLICT"


class UnauthenticatedError(ActbenchError):
    """The operation needs a key, or the key is wrong."""

    code = "UNAUTHENTICATED"


class ForbiddenError(ActbenchError):
    """The key lacks the scope, or the object belongs to another key."""

    code = "FORBIDDEN"


class RateLimitedError(ActbenchError):
    """The budget of this client is spent. The client waits and tries again before it raises this."""

    code = "RATE_LIMITED"


class QueryTooComplexError(ActbenchError):
    """The operation exceeds a limit, such as its cost."""

    code = "QUERY_TOO_COMPLEX"


class SurrogateUnavailableError(ActbenchError):
    """The dataset has no fitted surrogate yet."""

    code = "SURROGATE_UNAVAILABLE"


class GraphqlParseFailedError(ActbenchError):
    """The GraphQL document does not parse."""

    code = "GRAPHQL_PARSE_FAILED"


class GraphqlValidationFailedError(ActbenchError):
    """The GraphQL document does not fit the schema. Perhaps the service is older than this client."""

    code = "GRAPHQL_VALIDATION_FAILED"


class BadRequestError(ActbenchError):
    """The HTTP request is not a valid GraphQL request."""

    code = "BAD_REQUEST"


class PersistedQueryNotFoundError(ActbenchError):
    """The service does not know the hash of the document."""

    code = "PERSISTED_QUERY_NOT_FOUND"


class ServiceUnavailableError(ActbenchError):
    """The service is overloaded, or its database is down. The client tries again before it raises this."""

    code = "SERVICE_UNAVAILABLE"


class InternalServerError(ActbenchError):
    """The service failed. Report the `requestId` in `extensions` to its operator."""

    code = "INTERNAL_SERVER_ERROR"


class ConnectionFailedError(ActbenchError):
    """The service gave no answer. The client tries again before it raises this."""

    code = "CONNECTION_FAILED"


class TrainingFailedError(ActbenchError):
    """A training job failed or was cancelled."""

    code = "TRAINING_FAILED"


class MissingPackageError(ActbenchError):
    """A method needs an optional package that is not installed."""

    code = "MISSING_PACKAGE"


def _subclasses() -> Dict[str, Type[ActbenchError]]:
    return {each.code: each for each in ActbenchError.__subclasses__()}


def from_graphql(error: Mapping[str, Any]) -> ActbenchError:
    """The exception for an entry of `errors` in an answer."""
    extensions = dict(error.get("extensions") or {})
    code = str(extensions.pop("code", "UNKNOWN"))
    kind = _subclasses().get(code, ActbenchError)
    return kind(str(error.get("message", "no message")), code=code, extensions=extensions, path=error.get("path"))
