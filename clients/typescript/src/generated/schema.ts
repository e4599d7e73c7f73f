// Written by scripts/emit-schema.mjs from schema.graphql and the operations.

/** The object types of each interface and union, as Apollo Client and urql take them. */
export const POSSIBLE_TYPES: Readonly<Record<string, readonly string[]>> = {
  "Node": [
    "Activation",
    "ApiKey",
    "Dataset",
    "Evaluation",
    "Run",
    "Search",
    "Snapshot",
    "Suggestion",
    "Surrogate",
    "TrainingJob",
    "Worker"
  ]
}

/** The fields with pages: their arguments besides `first` and `after`, which make another list. */
export const CONNECTIONS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  "Activation": {
    "equivalents": [
      "before",
      "last"
    ]
  },
  "Dataset": {
    "changes": [
      "before",
      "from",
      "last",
      "since",
      "to"
    ],
    "evaluations": [
      "before",
      "filter",
      "last",
      "offset",
      "orderBy"
    ],
    "leaderboard": [
      "before",
      "filter",
      "last",
      "metric"
    ],
    "runs": [
      "before",
      "last",
      "seed"
    ],
    "snapshots": [
      "before",
      "last"
    ],
    "surrogates": [
      "before",
      "last"
    ]
  },
  "Search": {
    "suggestions": [
      "before",
      "last",
      "state"
    ]
  },
  "Snapshot": {
    "leaderboard": [
      "before",
      "last",
      "metric"
    ]
  },
  "Surrogate": {
    "embedding": [
      "before",
      "features",
      "last"
    ],
    "predictions": [
      "before",
      "evaluated",
      "last"
    ]
  },
  "Query": {
    "activations": [
      "before",
      "filter",
      "last"
    ],
    "datasets": [
      "before",
      "last"
    ],
    "knownFunctions": [
      "before",
      "last",
      "search"
    ],
    "searches": [
      "before",
      "dataset",
      "last",
      "mine",
      "state"
    ],
    "trainingJobs": [
      "before",
      "dataset",
      "last",
      "mine",
      "state"
    ]
  }
}

/** Types without an id: their objects belong to the object that has them. */
export const KEYLESS_TYPES: readonly string[] = [
  "ActivationConnection",
  "ActivationEdge",
  "ActivationProperties",
  "AddEvaluationPayload",
  "AddEvaluationsPayload",
  "AddFisherSpectraPayload",
  "CalibrationPart",
  "CancelTrainingPayload",
  "Comparison",
  "Completion",
  "CompletionSuggestion",
  "CreateApiKeyPayload",
  "CreateDatasetPayload",
  "CreateSearchPayload",
  "CreateSnapshotPayload",
  "CurvePoint",
  "DatasetConnection",
  "DatasetEdge",
  "DeleteDatasetPayload",
  "DeleteFisherSpectraPayload",
  "DeleteSnapshotPayload",
  "EmbeddingConnection",
  "EmbeddingEdge",
  "EmbeddingPoint",
  "EpochMetrics",
  "EvaluationChange",
  "EvaluationChangeConnection",
  "EvaluationChangeEdge",
  "EvaluationComparison",
  "EvaluationConnection",
  "EvaluationEdge",
  "EvaluationState",
  "ExpressionConnection",
  "ExpressionEdge",
  "ExtendSearchPayload",
  "FeatureVector",
  "HistogramBin",
  "KnownFunction",
  "KnownFunctionConnection",
  "KnownFunctionEdge",
  "LearnedParameter",
  "MapPosition",
  "MetricGroup",
  "MetricStatistics",
  "Neighbour",
  "Operator",
  "PageInfo",
  "PassedOver",
  "Prediction",
  "PredictionConnection",
  "PredictionEdge",
  "QualityPart",
  "RankInterval",
  "RateLimit",
  "RenewLeasePayload",
  "ReportEvaluationPayload",
  "ReportEvaluationsPayload",
  "RevokeApiKeyPayload",
  "RunConnection",
  "RunEdge",
  "SearchConnection",
  "SearchEdge",
  "SearchStep",
  "SeedNoise",
  "ServiceInfo",
  "ShrunkEstimate",
  "SnapshotConnection",
  "SnapshotEdge",
  "SnapshotRow",
  "SnapshotRowConnection",
  "SnapshotRowEdge",
  "StopSearchPayload",
  "SuggestPayload",
  "SuggestionConnection",
  "SuggestionEdge",
  "SurrogateConnection",
  "SurrogateEdge",
  "SurrogateQuality",
  "TrainActivationPayload",
  "TrainingJobConnection",
  "TrainingJobEdge",
  "UpdateDatasetPayload",
  "UpdateSurrogatePayload",
  "UploadSurrogatePayload",
  "Verification",
  "Viewer"
]

/** Fields whose object is always the same or has no id. The results of queries for different parts of it are joined. */
export const MERGED_FIELDS: Readonly<Record<string, readonly string[]>> = {
  "Activation": [
    "fisherSpectrum",
    "outputs",
    "prediction",
    "properties"
  ],
  "Dataset": [
    "seedNoise",
    "statistics"
  ],
  "Evaluation": [
    "comparedWith",
    "prediction",
    "rankInterval",
    "shrunk"
  ],
  "Suggestion": [
    "predicted"
  ],
  "Surrogate": [
    "prediction",
    "quality",
    "qualityAfterUpload"
  ],
  "Query": [
    "activation",
    "completeExpression",
    "dataset",
    "rateLimit",
    "search",
    "service",
    "trainingJob",
    "viewer"
  ]
}

/** Mutations whose input takes an idempotency key. */
export const KEYED_MUTATIONS: readonly string[] = [
  "addEvaluation",
  "addEvaluations",
  "createDataset",
  "createSearch",
  "createSnapshot",
  "reportEvaluation",
  "reportEvaluations",
  "trainActivation",
  "updateDataset",
  "updateSurrogate",
  "uploadSurrogate"
]

/** Mutations without a key that do no harm if they are done twice. */
export const REPEATABLE_MUTATIONS: readonly string[] = [
  "cancelTraining",
  "renewLease",
  "revokeApiKey",
  "stopSearch",
  "suggest"
]

/** Subscriptions that send what changed since a time, instead of the current state. */
export const SUBSCRIPTIONS_SINCE: readonly string[] = [
  "evaluations",
  "trainingJobs"
]

/** The codes of errors. */
export const ERROR_CODES = [
  "BAD_REQUEST",
  "BAD_USER_INPUT",
  "CONFLICT",
  "FORBIDDEN",
  "GRAPHQL_PARSE_FAILED",
  "GRAPHQL_VALIDATION_FAILED",
  "INTERNAL_SERVER_ERROR",
  "INVALID_EXPRESSION",
  "NOT_FINITE",
  "NOT_FOUND",
  "PERSISTED_QUERY_NOT_FOUND",
  "QUERY_TOO_COMPLEX",
  "RATE_LIMITED",
  "SERVICE_UNAVAILABLE",
  "SURROGATE_UNAVAILABLE",
  "UNAUTHENTICATED"
] as const
