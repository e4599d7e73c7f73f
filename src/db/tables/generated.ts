// Generated from prisma/schema.prisma by `node scripts/table-types.mjs`. Do not edit.
import type { Bytes, EnumList, Int8, JsonColumn, LearnedParametersColumn, Timestamptz } from './column-types.js';
import type { ColumnType } from "kysely";
export type Generated<T> = T extends ColumnType<infer S, infer I, infer U>
  ? ColumnType<S, I | undefined, U>
  : ColumnType<T, T | undefined, T>;
export type Timestamp = ColumnType<Date, Date | string, Date | string>;

export const DatasetOrigin = {
    IMPORTED: "IMPORTED",
    TRAINED: "TRAINED",
    REPORTED: "REPORTED"
} as const;
export type DatasetOrigin = (typeof DatasetOrigin)[keyof typeof DatasetOrigin];
export const TrainingState = {
    QUEUED: "QUEUED",
    RUNNING: "RUNNING",
    SUCCEEDED: "SUCCEEDED",
    FAILED: "FAILED",
    CANCELLED: "CANCELLED"
} as const;
export type TrainingState = (typeof TrainingState)[keyof typeof TrainingState];
export const SurrogateState = {
    QUEUED: "QUEUED",
    FITTING: "FITTING",
    READY: "READY",
    FAILED: "FAILED"
} as const;
export type SurrogateState = (typeof SurrogateState)[keyof typeof SurrogateState];
export const SurrogateAlgorithm = {
    UMAP_KNN: "UMAP_KNN",
    GAUSSIAN_PROCESS: "GAUSSIAN_PROCESS",
    UPLOADED: "UPLOADED"
} as const;
export type SurrogateAlgorithm = (typeof SurrogateAlgorithm)[keyof typeof SurrogateAlgorithm];
export const FeatureSpace = {
    OUTPUTS: "OUTPUTS",
    FISHER_SPECTRUM: "FISHER_SPECTRUM",
    EMBEDDING: "EMBEDDING"
} as const;
export type FeatureSpace = (typeof FeatureSpace)[keyof typeof FeatureSpace];
export const SearchAlgorithm = {
    SURROGATE: "SURROGATE",
    EXPECTED_IMPROVEMENT: "EXPECTED_IMPROVEMENT",
    REGULARIZED_EVOLUTION: "REGULARIZED_EVOLUTION",
    RANDOM: "RANDOM",
    UMAP_KNN: "UMAP_KNN",
    ASHA: "ASHA"
} as const;
export type SearchAlgorithm = (typeof SearchAlgorithm)[keyof typeof SearchAlgorithm];
export const RunChoice = {
    MEDIAN: "MEDIAN",
    MEAN: "MEAN",
    BEST: "BEST",
    SEED: "SEED",
    RANDOM: "RANDOM"
} as const;
export type RunChoice = (typeof RunChoice)[keyof typeof RunChoice];
export const SearchEndReason = {
    BUDGET_USED: "BUDGET_USED",
    NO_FUNCTION_LEFT: "NO_FUNCTION_LEFT",
    TOO_MANY_FAILURES: "TOO_MANY_FAILURES",
    STOPPED: "STOPPED"
} as const;
export type SearchEndReason = (typeof SearchEndReason)[keyof typeof SearchEndReason];
export const SearchShortage = {
    NONE_LEFT: "NONE_LEFT",
    NONE_FOUND: "NONE_FOUND"
} as const;
export type SearchShortage = (typeof SearchShortage)[keyof typeof SearchShortage];
export const SearchState = {
    ACTIVE: "ACTIVE",
    COMPLETED: "COMPLETED",
    STOPPED: "STOPPED"
} as const;
export type SearchState = (typeof SearchState)[keyof typeof SearchState];
export const SuggestionState = {
    LEASED: "LEASED",
    COMPLETED: "COMPLETED",
    FAILED: "FAILED",
    EXPIRED: "EXPIRED"
} as const;
export type SuggestionState = (typeof SuggestionState)[keyof typeof SuggestionState];
export const Scope = {
    TRAIN: "TRAIN",
    SEARCH: "SEARCH",
    DATASET: "DATASET",
    ADMIN: "ADMIN"
} as const;
export type Scope = (typeof Scope)[keyof typeof Scope];
export type Activation = {
    id: Generated<number>;
    /**
     * SHA-256 of the rounded outputs (docs/decisions/0001-identity.md), 32 bytes.
     */
    identity: Bytes;
    /**
     * Version of the identity. `migrate` computes those of earlier versions again. There is no default, so that servers of an
     * earlier version cannot store functions with identities that this version does not find.
     */
    identity_version: number;
    /**
     * The representative: the shortest known expression, the alphabetically first one if several are equally short.
     */
    expression: string;
    depth: number;
    operators: Generated<string[]>;
    is_finite: boolean;
    is_constant: boolean;
    /**
     * True if the representative is the spelling of a client, because the function has no other one. The first spelling of
     * the stock (docs/decisions/0006-names.md) replaces it.
     */
    is_named_by_client: Generated<boolean>;
    created_at: Generated<Timestamptz>;
};
export type ActivationMoments = {
    activation_id: number;
    /**
     * The version of the method, `MOMENTS_VERSION`.
     */
    version: number;
    /**
     * Null if the integral is not finite.
     */
    mean: number | null;
    standard_deviation: number | null;
};
export type ActivationOutputs = {
    activation_id: number;
    values: Bytes;
};
export type ActivationProperties = {
    activation_id: number;
    /**
     * The version of the method, `PROPERTIES_VERSION`.
     */
    version: number;
    is_even: boolean;
    is_odd: boolean;
    is_monotone: boolean;
    is_bounded: boolean;
    is_smooth: boolean;
    value_at_zero: number | null;
    derivative_at_zero: number | null;
    left_slope: number | null;
    right_slope: number | null;
    turning_points: number;
    /**
     * Names of the properties that samples decided.
     */
    sampled: Generated<string[]>;
};
export type ActivationShape = {
    activation_id: number;
    /**
     * The version of the method, `SHAPE_VERSION`.
     */
    version: number;
    /**
     * 32 bytes; null if the function has no twins.
     */
    shape: Bytes | null;
};
export type ApiKey = {
    id: Generated<number>;
    name: string;
    /**
     * @kyselyType(EnumList<Scope>)
     */
    scopes: Generated<EnumList<Scope>>;
    secret_hash: Bytes;
    created_at: Generated<Timestamptz>;
    last_used_at: Timestamptz | null;
    expires_at: Timestamptz | null;
    revoked_at: Timestamptz | null;
};
export type Budget = {
    client: string;
    /**
     * Time at which the budget is full again if the client spends nothing more.
     */
    full_at: Timestamptz;
};
export type Dataset = {
    id: Generated<number>;
    name: string;
    version: string;
    title: string;
    description: string;
    architecture: string;
    task: string;
    origin: DatasetOrigin;
    license: string | null;
    citation: string | null;
    source_url: string | null;
    /**
     * SHA-256 of the imported JSON.
     */
    source_checksum: string | null;
    /**
     * Size of the imported JSON in bytes.
     */
    source_bytes: number | null;
    /**
     * True if the dataset cannot be downloaded as a file. Queries still return its rows.
     */
    exports_closed: Generated<boolean>;
    /**
     * True if the product has a recipe for the dataset, so that workers can train new activations.
     */
    trainable: Generated<boolean>;
    search_space: Generated<string[]>;
    /**
     * How each function is trained, in the words of the owner; null if it is not known.
     */
    recipe_description: string | null;
    fisher_spectrum_length: number | null;
    /**
     * The highest version of a surrogate that was deleted, or 0. No version is given twice.
     */
    deleted_surrogate_version: Generated<number>;
    api_key_id: number | null;
    created_at: Generated<Timestamptz>;
    updated_at: Generated<Timestamptz>;
};
export type DatasetColumn = {
    dataset_id: number;
    generation: Int8;
    name: string;
    bytes: Bytes;
};
export type DescribedActivation = {
    /**
     * As in `Activation`, 32 bytes.
     */
    identity: Bytes;
    /**
     * The spelling that the client asked for when the id was first given.
     */
    expression: string;
    created_at: Generated<Timestamptz>;
};
export type Evaluation = {
    id: Generated<number>;
    dataset_id: number;
    activation_id: number;
    /**
     * The expression that was evaluated.
     */
    expression: string;
    origin: DatasetOrigin;
    train_accuracy: number | null;
    train_loss: number | null;
    validation_accuracy: number | null;
    validation_loss: number | null;
    test_accuracy: number | null;
    test_loss: number | null;
    runtime_seconds: number | null;
    /**
     * Number of its runs, of all versions of the dataset. Triggers on `runs` keep it.
     */
    run_count: Generated<number>;
    api_key_id: number | null;
    created_at: Generated<Timestamptz>;
    updated_at: Generated<Timestamptz>;
};
export type EvaluationChange = {
    dataset_id: number;
    id: Generated<Int8>;
    /**
     * 1 for values that came, -1 for values that went, 0 if only runs or functions changed.
     */
    sign: number;
    /**
     * The evaluation; null if any of the dataset may have changed.
     */
    evaluation_id: number | null;
    train_accuracy: number | null;
    train_loss: number | null;
    validation_accuracy: number | null;
    validation_loss: number | null;
    test_accuracy: number | null;
    test_loss: number | null;
    runtime_seconds: number | null;
};
export type EvaluationRemoval = {
    id: Generated<Int8>;
    dataset_id: number;
    expression: string;
    validation_accuracy: number | null;
    test_accuracy: number | null;
    run_count: number;
    created_at: Timestamptz;
    removed_at: Generated<Timestamptz>;
};
export type Expression = {
    text: string;
    activation_id: number;
    /**
     * Length of the text. An index on it lists the shortest equivalents first.
     */
    length: number;
};
export type FisherSpectrum = {
    dataset_id: number;
    activation_id: number;
    dataset_version: string;
    /**
     * Null if the spectrum cannot be computed; `reason` then says why.
     */
    values: Bytes | null;
    reason: string | null;
    created_at: Generated<Timestamptz>;
};
export type IdempotencyKey = {
    api_key_id: number;
    key: string;
    mutation: Generated<string>;
    /**
     * SHA-256 of the input of the mutation. The same key with a different input is refused.
     */
    request_hash: Bytes;
    /**
     * The objects of the answer, such as `Search:12`, in their order.
     */
    results: Generated<string[]>;
    /**
     * Jobs and runs of an answer of `trainActivation`, for servers of version 0.2.0. `results` has them too.
     */
    training_job_ids: Generated<number[]>;
    run_ids: Generated<number[]>;
    created_at: Generated<Timestamptz>;
};
export type KeptDataset = {
    dataset_id: number;
    /**
     * Rises with each rebuild.
     */
    generation: Generated<Int8>;
    /**
     * Number of evaluations, with or without metrics.
     */
    evaluations: number;
    built_at: Generated<Timestamptz>;
};
export type KeptMetric = {
    dataset_id: number;
    generation: Int8;
    /**
     * The name of the column.
     */
    metric: string;
    /**
     * Number of evaluations that have the metric.
     */
    count: number;
    /**
     * Null if squares of the values could be infinite.
     */
    mean: number | null;
    /**
     * Sum of the squared distances from the mean.
     */
    squares: number | null;
};
export type MetricStep = {
    dataset_id: number;
    generation: Int8;
    metric: string;
    value: number;
    /**
     * Number of smaller values.
     */
    below: number;
    /**
     * Number of greater or equal values.
     */
    above: number;
};
export type PassedOver = {
    search_id: number;
    /**
     * Identity of the function, which need not be stored.
     */
    identity: Bytes;
    expression: string;
    twin_id: number;
    created_at: Generated<Timestamptz>;
};
export type Run = {
    id: Generated<number>;
    evaluation_id: number;
    dataset_id: number;
    activation_id: number;
    dataset_version: string;
    seed: number | null;
    train_accuracy: number | null;
    train_loss: number | null;
    validation_accuracy: number | null;
    validation_loss: number | null;
    test_accuracy: number | null;
    test_loss: number | null;
    runtime_seconds: number | null;
    backend: string | null;
    device: string | null;
    software_version: string | null;
    /**
     * A JSON object of the client that requested or reported the run, up to 8 kB.
     * @kyselyType(JsonColumn)
     */
    metadata: JsonColumn | null;
    /**
     * What the training learnt of the parameters of the function (src/learned-parameters.ts); null if it has none.
     * @kyselyType(LearnedParametersColumn)
     */
    learned_parameters: LearnedParametersColumn | null;
    /**
     * Why the training ended before the last epoch of its recipe, with the epochs that were done; null if it did not.
     */
    end_reason: string | null;
    training_job_id: number | null;
    api_key_id: number | null;
    created_at: Generated<Timestamptz>;
};
export type RunEpoch = {
    run_id: number;
    epoch: number;
    train_accuracy: number | null;
    train_loss: number | null;
    validation_accuracy: number | null;
    validation_loss: number | null;
};
export type Search = {
    id: Generated<number>;
    dataset_id: number;
    name: string | null;
    algorithm: SearchAlgorithm;
    replay: Generated<boolean>;
    /**
     * What a replay sees of a function when it completes it.
     */
    replay_value: Generated<RunChoice>;
    /**
     * With SEED that of the run, with RANDOM that of the draw; else null.
     */
    replay_seed: number | null;
    state: Generated<SearchState>;
    budget: number;
    schemas: Generated<string[]>;
    seed: number;
    api_key_id: number | null;
    /**
     * Names of the other datasets that the search learns from.
     */
    transfer_from: Generated<string[]>;
    /**
     * The uploaded surrogate that predicts; null if the search uses none, or if it was deleted.
     */
    surrogate_id: number | null;
    /**
     * The version of that surrogate, which stays after its deletion.
     */
    surrogate_version: number | null;
    /**
     * Whether the search evaluates the baselines first.
     */
    baselines: Generated<boolean>;
    /**
     * Epochs after which ASHA compares functions, ascending; the last one is a whole training. Empty for the others.
     */
    rungs: Generated<number[]>;
    /**
     * Why the search ended; null while it is ACTIVE.
     */
    end_reason: SearchEndReason | null;
    /**
     * Whether the last request for suggestions left a function for the next one; null if it did.
     */
    shortage: SearchShortage | null;
    created_at: Generated<Timestamptz>;
    updated_at: Generated<Timestamptz>;
};
export type Setting = {
    name: string;
    value: Bytes;
    updated_at: Generated<Timestamptz>;
};
export type Snapshot = {
    id: Generated<number>;
    /**
     * Null after the deletion of its dataset.
     */
    dataset_id: number | null;
    dataset_name: string;
    name: string;
    dataset_version: string;
    title: string;
    architecture: string;
    task: string;
    license: string | null;
    /**
     * The reference that the dataset asked for at that moment.
     */
    citation: string | null;
    /**
     * The version of the format of its files.
     */
    format: number;
    evaluation_count: number;
    run_count: number;
    /**
     * SHA-256 of its JSON Lines, 32 bytes.
     */
    checksum: Bytes;
    /**
     * Number of bytes of its JSON Lines.
     */
    size: Int8;
    /**
     * True if the service made it for a shipped version of the dataset.
     */
    is_shipped: boolean;
    api_key_id: number | null;
    /**
     * The snapshot before it, and the numbers of evaluations that differ from it; null if it is the first one.
     */
    previous_name: string | null;
    added: number | null;
    removed: number | null;
    changed: number | null;
    created_at: Generated<Timestamptz>;
    deleted_at: Timestamptz | null;
    /**
     * Why it was deleted.
     */
    deletion_reason: string | null;
};
export type SnapshotFile = {
    snapshot_id: number;
    /**
     * Such as jsonl or csv.
     */
    format: string;
    /**
     * Number of bytes, without compression.
     */
    size: Int8;
    /**
     * SHA-256 of these bytes.
     */
    checksum: Bytes;
};
export type SnapshotOrder = {
    snapshot_id: number;
    /**
     * The name of the column.
     */
    metric: string;
    part: number;
    bytes: Bytes;
};
export type SnapshotPart = {
    snapshot_id: number;
    format: string;
    part: number;
    /**
     * Place of its first byte in the file.
     */
    start: Int8;
    size: number;
    /**
     * The number of its first line, and the expression of that line; null in files that are no lists of evaluations.
     */
    line: number | null;
    expression: string | null;
    bytes: Bytes;
};
export type SourceRow = {
    dataset_id: number;
    /**
     * Position of the row in the file, from 0.
     */
    position: number;
    /**
     * Offset of the row's first byte in the file.
     */
    byte_offset: Int8;
    /**
     * Null if the row could not be used, or if a later row has the same key.
     */
    evaluation_id: number | null;
    /**
     * The expressions that the row lists as equivalents, in canonical form, its own first.
     */
    listed: Generated<string[]>;
    /**
     * Key and value as JSON, compressed (src/datasets/reading/source-row-codec.ts).
     */
    bytes: Bytes;
};
export type SpaceAddition = {
    /**
     * The schema in canonical form.
     */
    schema: string;
    /**
     * Operators that fill the placeholders of the schema, in the order of the enumeration.
     */
    operators: Generated<string[]>;
    /**
     * Number of expressions in the space.
     */
    size: Int8;
    /**
     * Number of expressions stored so far.
     */
    done: Int8;
    updated_at: Generated<Timestamptz>;
};
export type Suggestion = {
    id: Generated<number>;
    search_id: number;
    activation_id: number;
    expression: string;
    state: Generated<SuggestionState>;
    worker: string;
    lease_expires_at: Timestamptz;
    /**
     * The surrogate whose prediction led to the suggestion.
     */
    surrogate_id: number | null;
    predicted_mean: number | null;
    /**
     * The metrics are those after this epoch of a whole training; null for a whole training.
     */
    epochs: number | null;
    /**
     * Order of completion within the search, from 1.
     */
    step: number | null;
    train_accuracy: number | null;
    train_loss: number | null;
    validation_accuracy: number | null;
    validation_loss: number | null;
    test_accuracy: number | null;
    test_loss: number | null;
    runtime_seconds: number | null;
    failure: string | null;
    /**
     * A JSON object of the client that reported it, up to 8 kB.
     * @kyselyType(JsonColumn)
     */
    metadata: JsonColumn | null;
    evaluation_id: number | null;
    training_job_id: number | null;
    api_key_id: number | null;
    created_at: Generated<Timestamptz>;
    finished_at: Timestamptz | null;
};
export type Surrogate = {
    id: Generated<number>;
    dataset_id: number;
    version: number;
    algorithm: SurrogateAlgorithm;
    /**
     * The name that a client gave; null unless UPLOADED.
     */
    name: string | null;
    /**
     * @kyselyType(EnumList<FeatureSpace>)
     */
    features: Generated<EnumList<FeatureSpace>>;
    state: Generated<SurrogateState>;
    progress: Generated<number>;
    fence: Generated<number>;
    /**
     * Number of unfinished starts. A fit that ends its worker three times in a row fails.
     */
    fruitless_starts: Generated<number>;
    failure: string | null;
    trained_on: number | null;
    /**
     * Number of measured functions that the fit left out because they have no usable features.
     */
    left_out: number | null;
    candidates: number | null;
    fitted_at: Timestamptz | null;
    fit_seconds: number | null;
    spearman: number | null;
    kendall: number | null;
    mean_absolute_error: number | null;
    top_recall: number | null;
    interval_coverage: number | null;
    folds: number | null;
    /**
     * Number of measured functions that cross-validation predicted; null in fits of version 0.4.0 and older.
     */
    quality_functions: number | null;
    /**
     * The quality by the height of the predictions: a list of `QualityPart`, lowest first.
     * @kyselyType(JsonColumn)
     */
    quality_quarters: JsonColumn | null;
    /**
     * Raised when fits and their quality change, so that older ones are fitted again.
     */
    method: Generated<number>;
    api_key_id: number | null;
    created_at: Generated<Timestamptz>;
};
export type SurrogateArtifact = {
    surrogate_id: number;
    bytes: Bytes;
};
export type SurrogatePoint = {
    surrogate_id: number;
    activation_id: number;
    x: number | null;
    y: number | null;
    /**
     * Its place on the map by outputs only; null if the map above uses nothing else, or in fits of older versions.
     */
    outputs_x: number | null;
    outputs_y: number | null;
    /**
     * Its place on the map by Fisher spectra only; null for a function without a spectrum at the time of the fit.
     */
    spectrum_x: number | null;
    spectrum_y: number | null;
    /**
     * Predicted validation accuracy. For a measured function, the prediction uses only the other evaluations.
     */
    mean: number | null;
    standard_deviation: number | null;
    /**
     * Measured validation accuracy at the time of the fit.
     */
    measured: number | null;
    /**
     * @kyselyType(EnumList<FeatureSpace>)
     */
    features: Generated<EnumList<FeatureSpace>>;
    /**
     * Ids of the evaluations on which the prediction is based, nearest first.
     */
    based_on: Generated<number[]>;
};
export type TaskDefinition = {
    dataset_id: number;
    version: string;
    /**
     * What task.json says, with the checksum of each data file (src/networks/own-tasks/task-definition.ts).
     * @kyselyType(JsonColumn)
     */
    definition: JsonColumn;
    created_at: Generated<Timestamptz>;
};
export type TrainingJob = {
    id: Generated<number>;
    dataset_id: number;
    dataset_version: string;
    activation_id: number;
    expression: string;
    seed: number;
    state: Generated<TrainingState>;
    progress: Generated<number>;
    /**
     * Steps of the optimiser that are done, and all that the training takes; null before a worker says so.
     */
    step: number | null;
    steps: number | null;
    /**
     * Training pictures in a second, as the worker last measured it.
     */
    images_per_second: number | null;
    /**
     * When the worker last expected to be done.
     */
    expected_end_at: Timestamptz | null;
    /**
     * Number of starts so far.
     */
    attempts: Generated<number>;
    /**
     * Number of starts since the last recorded epoch. A job that ends its worker three times in a row fails.
     */
    fruitless_starts: Generated<number>;
    /**
     * Fencing token: incremented at each start, and when the job ends or returns to the queue. A write with an older token
     * is refused.
     */
    fence: Generated<number>;
    /**
     * Jobs with lower numbers run first. Bulk jobs have a higher number than interactive jobs.
     */
    priority: Generated<number>;
    /**
     * The metadata of its run.
     * @kyselyType(JsonColumn)
     */
    metadata: JsonColumn | null;
    checkpoint: Bytes | null;
    failure: string | null;
    backend: string | null;
    device: string | null;
    /**
     * W3C trace context of the request that queued the job; null if no trace was recorded.
     */
    traceparent: string | null;
    worker_id: number | null;
    api_key_id: number | null;
    created_at: Generated<Timestamptz>;
    started_at: Timestamptz | null;
    finished_at: Timestamptz | null;
    /**
     * Time of the last change of state or progress. A trigger sets it.
     */
    updated_at: Generated<Timestamptz>;
};
export type TrainingJobEpoch = {
    training_job_id: number;
    epoch: number;
    train_accuracy: number | null;
    train_loss: number | null;
    validation_accuracy: number | null;
    validation_loss: number | null;
};
export type UploadedPrediction = {
    surrogate_id: number;
    /**
     * As in `Activation`, 32 bytes.
     */
    identity: Bytes;
    identity_version: number;
    /**
     * In canonical form.
     */
    expression: string;
    mean: number;
    standard_deviation: number | null;
    /**
     * Measured validation accuracy at the time of the upload; null if the function was not measured then.
     */
    measured: number | null;
};
export type Verification = {
    id: Generated<number>;
    dataset_id: number;
    dataset_version: string;
    seed: number;
    /**
     * Number of runs that were trained again, and of those that were equal to the last bit, within the tolerance on another
     * backend, or different. The others failed.
     */
    runs: number;
    identical: number;
    close: number;
    different: number;
    failed: number;
    tolerance: number;
    /**
     * Where they were trained again.
     */
    backend: string | null;
    device: string | null;
    host: string | null;
    software_version: string;
    /**
     * The backends of the stored runs.
     */
    stored_backends: Generated<string[]>;
    /**
     * Expressions of the runs that differ or failed.
     */
    problems: Generated<string[]>;
    created_at: Generated<Timestamptz>;
};
export type Worker = {
    id: Generated<number>;
    /**
     * The pool id with which the worker locks queue tasks.
     */
    pool_id: string;
    /**
     * Key of the session advisory lock that the worker holds while it is alive.
     */
    lock_key: Int8;
    host: string;
    process_id: number;
    backend: string;
    device: string;
    datasets: Generated<string[]>;
    /**
     * Identifiers of the queue tasks that the worker takes, for example train_activation:mini-cnn@1.
     */
    tasks: Generated<string[]>;
    started_at: Generated<Timestamptz>;
    last_seen_at: Generated<Timestamptz>;
    /**
     * The worker's last report of itself: resident memory, speed of its training, and the task that it runs.
     */
    memory_bytes: Int8 | null;
    images_per_second: number | null;
    task: string | null;
    task_since: Timestamptz | null;
};
export type WorkerCount = {
    /**
     * Such as epochs; see src/worker-liveness/worker-counts.ts.
     */
    name: string;
    /**
     * Empty if the count does not belong to a dataset. The same holds for backend, task and outcome.
     */
    dataset: string;
    backend: string;
    task: string;
    outcome: string;
    value: Generated<number>;
};
export type Tables = {
    activation_moments: ActivationMoments;
    activation_outputs: ActivationOutputs;
    activation_properties: ActivationProperties;
    activation_shapes: ActivationShape;
    activations: Activation;
    api_keys: ApiKey;
    budgets: Budget;
    dataset_columns: DatasetColumn;
    datasets: Dataset;
    described_activations: DescribedActivation;
    evaluation_changes: EvaluationChange;
    evaluation_removals: EvaluationRemoval;
    evaluations: Evaluation;
    expressions: Expression;
    fisher_spectra: FisherSpectrum;
    idempotency_keys: IdempotencyKey;
    kept_datasets: KeptDataset;
    kept_metrics: KeptMetric;
    metric_steps: MetricStep;
    passed_over: PassedOver;
    run_epochs: RunEpoch;
    runs: Run;
    searches: Search;
    settings: Setting;
    snapshot_files: SnapshotFile;
    snapshot_orders: SnapshotOrder;
    snapshot_parts: SnapshotPart;
    snapshots: Snapshot;
    source_rows: SourceRow;
    space_additions: SpaceAddition;
    suggestions: Suggestion;
    surrogate_artifacts: SurrogateArtifact;
    surrogate_points: SurrogatePoint;
    surrogates: Surrogate;
    task_definitions: TaskDefinition;
    training_job_epochs: TrainingJobEpoch;
    training_jobs: TrainingJob;
    uploaded_predictions: UploadedPrediction;
    verifications: Verification;
    worker_counts: WorkerCount;
    workers: Worker;
};
