import { expressionBuilder, sql } from 'kysely'
import type { SuggestionState, Tables } from './generated.js'
import { enumValues } from './lists.js'
import { metricColumns } from './metric-columns.js'

// The columns that a read of each table selects, as the API names them. Each table has one alias everywhere.

export const ACTIVATION_COLUMNS = [
  'a.id',
  sql<string>`encode(a.identity, 'hex')`.as('identityHex'),
  'a.expression',
  'a.depth',
  'a.operators',
  'a.is_finite as isFinite',
  'a.is_constant as isConstant',
] as const

export const DATASET_COLUMNS = [
  'd.id',
  'd.name',
  'd.version',
  'd.title',
  'd.description',
  'd.architecture',
  'd.task',
  'd.origin',
  'd.license',
  'd.citation',
  'd.source_url as sourceUrl',
  'd.source_checksum as sourceChecksum',
  'd.source_bytes as sourceBytes',
  'd.trainable',
  'd.search_space as searchSpace',
  'd.recipe_description as recipeDescription',
  'd.fisher_spectrum_length as fisherSpectrumLength',
  'd.created_at as createdAt',
  'd.updated_at as updatedAt',
] as const

export const EVALUATION_COLUMNS = [
  'e.id',
  'e.dataset_id as datasetId',
  'e.activation_id as activationId',
  'e.expression',
  ...metricColumns('e'),
  'e.run_count as runCount',
  'e.created_at as createdAt',
  'e.updated_at as updatedAt',
] as const

export const RUN_COLUMNS = [
  'r.id',
  'r.evaluation_id as evaluationId',
  'r.dataset_id as datasetId',
  'r.activation_id as activationId',
  'r.seed',
  ...metricColumns('r'),
  'r.dataset_version as datasetVersion',
  'r.backend',
  'r.device',
  'r.software_version as softwareVersion',
  'r.metadata',
  'r.learned_parameters as learnedParameters',
  'r.end_reason as endReason',
  'r.training_job_id as trainingJobId',
  'r.created_at as createdAt',
] as const

/** The points of a learning curve, of a run or of a training job. */
export const EPOCH_COLUMNS = [
  'c.epoch',
  'c.train_accuracy as trainAccuracy',
  'c.train_loss as trainLoss',
  'c.validation_accuracy as validationAccuracy',
  'c.validation_loss as validationLoss',
] as const

const surrogates = expressionBuilder<{ u: Tables['surrogates'] }, 'u'>()
export const SURROGATE_COLUMNS = [
  'u.id',
  'u.dataset_id as datasetId',
  'u.version',
  'u.algorithm',
  'u.name',
  enumValues(surrogates.ref('u.features')).as('features'),
  'u.state',
  'u.progress',
  'u.failure',
  'u.trained_on as trainedOn',
  'u.left_out as leftOut',
  'u.candidates',
  'u.fitted_at as fittedAt',
  'u.fit_seconds as fitSeconds',
  'u.spearman',
  'u.kendall',
  'u.mean_absolute_error as meanAbsoluteError',
  'u.top_recall as topRecall',
  'u.interval_coverage as intervalCoverage',
  'u.folds',
  'u.quality_functions as qualityFunctions',
  'u.quality_quarters as qualityQuarters',
  'u.created_at as createdAt',
] as const

export const TRAINING_JOB_COLUMNS = [
  'j.id',
  'j.dataset_id as datasetId',
  'j.dataset_version as datasetVersion',
  'j.activation_id as activationId',
  'j.expression',
  'j.seed',
  'j.state',
  'j.progress',
  'j.step',
  'j.steps',
  'j.images_per_second as imagesPerSecond',
  'j.expected_end_at as expectedEndAt',
  'j.attempts',
  'j.priority',
  'j.metadata',
  'j.failure',
  'j.backend',
  'j.device',
  'j.worker_id as workerId',
  'j.created_at as createdAt',
  'j.started_at as startedAt',
  'j.finished_at as finishedAt',
  'j.updated_at as updatedAt',
] as const

export const SEARCH_COLUMNS = [
  's.id',
  's.dataset_id as datasetId',
  's.name',
  's.algorithm',
  's.replay',
  's.replay_value as replayValue',
  's.replay_seed as replaySeed',
  's.state',
  's.budget',
  's.schemas',
  's.seed',
  's.baselines',
  's.transfer_from as transferFrom',
  's.surrogate_id as surrogateId',
  's.surrogate_version as surrogateVersion',
  's.rungs',
  's.api_key_id as apiKeyId',
  's.end_reason as endReason',
  's.shortage',
  's.created_at as createdAt',
] as const

/** EXPIRED once the lease has ended, even if the row still says LEASED. */
export const SUGGESTION_STATE = sql<SuggestionState>`case when g.state = 'LEASED' and g.lease_expires_at <= now()
  then 'EXPIRED' else g.state::text end`.as('state')

export const SUGGESTION_COLUMNS = [
  'g.id',
  'g.search_id as searchId',
  'g.activation_id as activationId',
  'g.expression',
  'g.worker',
  'g.lease_expires_at as leaseExpiresAt',
  'g.surrogate_id as surrogateId',
  'g.predicted_mean as predictedMean',
  'g.epochs',
  'g.step',
  ...metricColumns('g'),
  'g.failure',
  'g.metadata',
  'g.evaluation_id as evaluationId',
  'g.training_job_id as trainingJobId',
  SUGGESTION_STATE,
] as const

export const WORKER_COLUMNS = [
  'w.id',
  'w.host',
  'w.backend',
  'w.device',
  'w.datasets',
  'w.started_at as startedAt',
  'w.last_seen_at as lastSeenAt',
  sql<number | null>`w.memory_bytes::float8`.as('memoryBytes'),
  'w.images_per_second as imagesPerSecond',
  'w.task',
  'w.task_since as taskSince',
] as const

const apiKeys = expressionBuilder<{ k: Tables['api_keys'] }, 'k'>()
export const API_KEY_COLUMNS = [
  'k.id',
  'k.name',
  enumValues(apiKeys.ref('k.scopes')).as('scopes'),
  'k.created_at as createdAt',
  'k.last_used_at as lastUsedAt',
  'k.expires_at as expiresAt',
] as const
