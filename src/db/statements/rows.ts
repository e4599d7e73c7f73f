import type pg from 'pg'
import type * as prisma from '../generated/client.js'

/** What a read query needs: the pool or one of its connections. */
export type Queryable = Pick<pg.Pool, 'query'>

/** A stored activation. `identityHex` has 64 hex digits. Vectors are loaded apart, where they are asked for. */
export interface ActivationRow {
  readonly id: number
  readonly identityHex: string
  readonly expression: string
  readonly depth: number
  readonly operators: string[]
  readonly isFinite: boolean
  readonly isConstant: boolean
}

export type DatasetRow = Omit<prisma.Dataset, 'apiKeyId' | 'exportsClosed'>
export type EvaluationRow = Omit<prisma.Evaluation, 'apiKeyId' | 'origin'>
export type RunRow = Omit<prisma.Run, 'apiKeyId'>
export type EpochRow = Omit<prisma.RunEpoch, 'runId'>
export type SurrogateRow = Omit<prisma.Surrogate, 'apiKeyId' | 'fence' | 'startsWithoutProgress' | 'progress'>
export type TrainingJobRow = Omit<prisma.TrainingJob, 'apiKeyId' | 'checkpoint' | 'fence' | 'startsWithoutProgress'>
export type SearchRow = Omit<prisma.Search, 'apiKeyId' | 'updatedAt' | 'seed' | 'schemas'>
export type SuggestionRow = Pick<
  prisma.Suggestion,
  | 'id'
  | 'searchId'
  | 'activationId'
  | 'expression'
  | 'state'
  | 'worker'
  | 'leaseExpiresAt'
  | 'surrogateId'
  | 'predictedMean'
  | 'step'
  | 'validationAccuracy'
  | 'evaluationId'
  | 'trainingJobId'
>
export type WorkerRow = Omit<prisma.Worker, 'poolId' | 'lockKey' | 'processId' | 'tasks'>

/** A place on a surrogate's map with its prediction; `activation` comes along, so that a page costs one statement. */
export interface PointRow {
  readonly surrogateId: number
  readonly activationId: number
  readonly x: number | null
  readonly y: number | null
  readonly mean: number | null
  readonly standardDeviation: number | null
  /** What is measured now; of several evaluations of the function, the first one's. */
  readonly measured: number | null
  readonly features: prisma.FeatureSpace[]
  readonly basedOn: number[]
  readonly activation: ActivationRow
}

export const ACTIVATION_COLUMNS = (alias: string): string =>
  `${alias}.id, encode(${alias}.identity, 'hex') as "identityHex", ${alias}.expression, ${alias}.depth,
   ${alias}.operators, ${alias}.is_finite as "isFinite", ${alias}.is_constant as "isConstant"`

/** Properties that are dates, in whatever row. */
export const DATE_PROPERTIES = [
  ...['createdAt', 'updatedAt', 'startedAt', 'finishedAt', 'lastSeenAt', 'lastUsedAt'],
  ...['expiresAt', 'leaseExpiresAt', 'fittedAt'],
]

const METRIC_PROPERTIES = [
  'trainAccuracy',
  'trainLoss',
  'validationAccuracy',
  'validationLoss',
  'testAccuracy',
  'testLoss',
  'runtimeSeconds',
]

export const DATASET_COLUMNS = selectColumns([
  ...['id', 'name', 'version', 'title', 'description', 'architecture', 'task', 'origin', 'license', 'citation'],
  ...[
    'sourceUrl',
    'sourceChecksum',
    'sourceBytes',
    'trainable',
    'searchSpace',
    'fisherSpectrumLength',
    'createdAt',
    'updatedAt',
  ],
])
export const EVALUATION_COLUMNS = selectColumns([
  ...['id', 'datasetId', 'activationId', 'expression'],
  ...[...METRIC_PROPERTIES, 'createdAt', 'updatedAt'],
])
export const TRAINING_JOB_COLUMNS = selectColumns([
  ...['id', 'datasetId', 'datasetVersion', 'activationId', 'expression', 'seed', 'state', 'progress', 'attempts'],
  ...['priority', 'failure', 'backend', 'device', 'workerId', 'createdAt', 'startedAt', 'finishedAt'],
])
export const SEARCH_COLUMNS = selectColumns([
  ...['id', 'datasetId', 'name', 'algorithm', 'replay', 'state', 'budget', 'createdAt'],
])

/** A suggestion's state as it is now: a lease that ran out is over, whether or not its row says so yet. */
const SUGGESTION_STATE = (alias: string): string =>
  `case when ${alias}.state = 'LEASED' and ${alias}.lease_expires_at <= now() then 'EXPIRED'
        else ${alias}.state::text end`

const SUGGESTION_PLAIN_COLUMNS = selectColumns([
  ...['id', 'searchId', 'activationId', 'expression', 'worker', 'leaseExpiresAt', 'surrogateId', 'predictedMean'],
  ...['step', 'validationAccuracy', 'evaluationId', 'trainingJobId'],
])

export const SUGGESTION_COLUMNS = (alias: string): string =>
  `${SUGGESTION_PLAIN_COLUMNS(alias)}, ${SUGGESTION_STATE(alias)} as state`

/** Gives a function from a table's alias to its select list: properties in camelCase from columns in snake_case. */
function selectColumns(properties: readonly string[]): (alias: string) => string {
  return (alias) =>
    properties
      .map((property) => {
        const [name, cast = ''] = property.split(/(?=::)/)
        return `${alias}.${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}${cast} as "${name}"`
      })
      .join(', ')
}
