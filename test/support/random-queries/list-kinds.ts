import type { ActivationFilter, EvaluationFilter } from '../../../src/graphql/datasets/filters.input.js'
import { toGlobalId } from '../../../src/graphql/relay/global-id.js'
import { DATASETS } from './list-fixture.js'
import {
  type ListOrder,
  type ListRow,
  type MetricColumn,
  passesActivation,
  passesEvaluation,
  type Tables,
} from './list-model.js'

/** A list of the API, and the model of it. */
export interface ListKind {
  readonly name: string
  /** The field with its own arguments; the window's are added. */
  readonly field: string
  readonly inside: readonly string[]
  readonly filterType: 'ActivationFilter' | 'EvaluationFilter' | null
  readonly node: string
  readonly order: ListOrder
  rows(tables: Tables, filter: ActivationFilter | EvaluationFilter | null): ListRow[]
}

const METRICS: readonly (readonly [name: string, column: MetricColumn, isHigherBetter: boolean])[] = [
  ['TRAIN_ACCURACY', 'train_accuracy', true],
  ['VALIDATION_ACCURACY', 'validation_accuracy', true],
  ['TEST_ACCURACY', 'test_accuracy', true],
  ['RUNTIME', 'runtime_seconds', false],
  ['TRAIN_LOSS', 'train_loss', false],
  ['VALIDATION_LOSS', 'validation_loss', false],
  ['TEST_LOSS', 'test_loss', false],
]

const identityOf = ({ activations }: Tables, id: number) => activations.find((each) => each.id === id)?.identity ?? ''

export const ACTIVATIONS: ListKind = {
  name: 'activations',
  field: 'activations(filter: $filter, ',
  inside: [],
  filterType: 'ActivationFilter',
  node: 'id',
  order: { isDescending: false, isKeyDescending: false },
  rows: (all, filter) =>
    all.activations.map((each) => ({
      ...{ nodeId: toGlobalId('Activation', each.identity), value: each.depth, key: each.id },
      passes: passesActivation(each, filter as ActivationFilter | null, all),
    })),
}

const evaluations = (dataset: string, field: string, column: MetricColumn | null, order: ListOrder): ListKind => ({
  name: `${dataset} ${field}`,
  field: `${field}filter: $filter, `,
  inside: [dataset],
  filterType: 'EvaluationFilter',
  node: 'id',
  order,
  rows: (all, filter) =>
    all.evaluations
      .filter((each) => each.dataset === dataset)
      .map((each) => ({
        ...{ nodeId: toGlobalId('Evaluation', each.id), value: column === null ? null : each[column], key: each.id },
        passes: passesEvaluation(each, filter as EvaluationFilter | null, all),
      })),
})

export const predictions = (evaluated: boolean | null): ListKind => ({
  name: `predictions ${evaluated}`,
  field: `predictions(evaluated: ${evaluated}, `,
  inside: [DATASETS[0], 'surrogate'],
  filterType: null,
  node: 'activation { id }',
  order: { isDescending: true, isKeyDescending: false },
  rows: (all) =>
    all.points
      .filter(({ mean }) => mean !== null)
      .map(({ activationId, mean }) => ({
        ...{ nodeId: toGlobalId('Activation', identityOf(all, activationId)), value: mean, key: activationId },
        passes:
          evaluated === null ||
          evaluated ===
            all.evaluations.some((each) => each.activationId === activationId && each.dataset === DATASETS[0]),
      })),
})

export const EMBEDDING: ListKind = {
  name: 'embedding',
  field: 'embedding(',
  inside: [DATASETS[0], 'surrogate'],
  filterType: null,
  node: 'activation { id }',
  order: { isDescending: false, isKeyDescending: false },
  rows: (all) =>
    all.points.map(({ activationId, x }) => ({
      ...{ nodeId: toGlobalId('Activation', identityOf(all, activationId)), value: null, key: activationId },
      passes: x !== null,
    })),
}

export const EVALUATIONS = DATASETS.flatMap((dataset) => [
  evaluations(dataset, 'evaluations(', null, { isDescending: false, isKeyDescending: false }),
  ...METRICS.flatMap(([metric, column, isHigherBetter]) => [
    evaluations(dataset, `leaderboard(metric: ${metric}, `, column, {
      isDescending: isHigherBetter,
      isKeyDescending: false,
    }),
    ...[true, false].map((isDescending) => {
      const order = `{ metric: ${metric}, direction: ${isDescending ? 'DESCENDING' : 'ASCENDING'} }`
      // Ties run so that the leaderboard backwards is the opposite order.
      const isKeyDescending = isDescending !== isHigherBetter
      return evaluations(dataset, `evaluations(orderBy: ${order}, `, column, { isDescending, isKeyDescending })
    }),
  ]),
])
