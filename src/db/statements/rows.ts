import type * as prisma from '../generated/client.js'

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

/** Properties that are dates, in whatever row. */
export const DATE_PROPERTIES = [
  ...['createdAt', 'updatedAt', 'startedAt', 'finishedAt', 'lastSeenAt', 'lastUsedAt'],
  ...['expiresAt', 'leaseExpiresAt', 'fittedAt'],
]
