"""A client of actbench, the service for research on activation functions.

    from actbench import Client

    client = Client("http://127.0.0.1:4000", key="abk_...")
    print(client.dataset("mini-cnn").evaluations())
"""

from .activation import Activation
from .client import Client
from .dataset import Dataset, Noise
from .errors import (
    ActbenchError,
    BadRequestError,
    BadUserInputError,
    ConflictError,
    ConnectionFailedError,
    ForbiddenError,
    GraphqlParseFailedError,
    GraphqlValidationFailedError,
    InternalServerError,
    InvalidExpressionError,
    MissingPackageError,
    NotFiniteError,
    NotFoundError,
    PersistedQueryNotFoundError,
    QueryTooComplexError,
    RateLimitedError,
    ServiceUnavailableError,
    SurrogateUnavailableError,
    TrainingFailedError,
    UnauthenticatedError,
)
from .search import Search
from .suggestion import Suggestion
from .upload import Upload
from .version import __version__

__all__ = [
    "ActbenchError",
    "Activation",
    "BadRequestError",
    "BadUserInputError",
    "Client",
    "ConflictError",
    "ConnectionFailedError",
    "Dataset",
    "ForbiddenError",
    "GraphqlParseFailedError",
    "GraphqlValidationFailedError",
    "InternalServerError",
    "InvalidExpressionError",
    "MissingPackageError",
    "Noise",
    "NotFiniteError",
    "NotFoundError",
    "PersistedQueryNotFoundError",
    "QueryTooComplexError",
    "RateLimitedError",
    "Search",
    "ServiceUnavailableError",
    "Suggestion",
    "SurrogateUnavailableError",
    "TrainingFailedError",
    "UnauthenticatedError",
    "Upload",
    "__version__",
]
