import type { LearnedParameter } from '../../learned-parameters.js'
import type * as prisma from '../generated/client.js'

/** A stored activation. `identityHex` has 64 hex digits. Vectors are loaded separately, and only if requested. */
export interface ActivationRow {
  readonly id: number
  readonly identityHex: string
  readonly expression: string
  readonly depth: number
  readonly operators: string[]
  readonly isFinite: boolean
  readonly isConstant: boolean
}

export type DatasetRow = Omit<prisma.Dataset, 'apiKeyId' | 'deletedSurrogateVersion' | 'exportsClosed'>
export type EvaluationRow = Omit<prisma.Evaluation, 'apiKeyId' | 'origin'>
export type RunRow = Omit<prisma.Run, 'apiKeyId' | 'learnedParameters'> & {
  readonly learnedParameters: readonly LearnedParameter[] | null
}
export type EpochRow = Omit<prisma.RunEpoch, 'runId'>
export type SurrogateRow = Omit<prisma.Surrogate, 'apiKeyId' | 'fence' | 'method' | 'startsWithoutProgress'>
export type TrainingJobRow = Omit<
  prisma.TrainingJob,
  'apiKeyId' | 'checkpoint' | 'fence' | 'startsWithoutProgress' | 'traceparent'
>
export type SearchRow = Omit<prisma.Search, 'updatedAt'>
export type SuggestionRow = Omit<prisma.Suggestion, 'apiKeyId' | 'createdAt' | 'finishedAt'>
export type WorkerRow = Pick<
  prisma.Worker,
  | ('id' | 'host' | 'backend' | 'device' | 'datasets' | 'startedAt' | 'lastSeenAt')
  | ('imagesPerSecond' | 'task' | 'taskSince')
> & { readonly memoryBytes: number | null }

/** A point on a surrogate's map with its prediction. It includes `activation`, so that a page needs one statement. */
export interface PointRow {
  readonly surrogateId: number
  readonly activationId: number
  readonly x: number | null
  readonly y: number | null
  readonly mean: number | null
  readonly standardDeviation: number | null
  /** The validation accuracy that is measured now; if the function has several evaluations, that of the first. */
  readonly measured: number | null
  readonly features: prisma.FeatureSpace[]
  readonly basedOn: number[]
  readonly activation: ActivationRow
}

/** The names of properties that are dates, in all rows. */
export const DATE_PROPERTIES = [
  ...['createdAt', 'updatedAt', 'startedAt', 'finishedAt', 'lastSeenAt', 'lastUsedAt'],
  ...['expiresAt', 'leaseExpiresAt', 'fittedAt', 'deletedAt'],
]
