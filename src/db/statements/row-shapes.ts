import { type Kysely, type RawBuilder, sql } from 'kysely'
import { METRIC_ENTRIES } from '../../metrics.js'
import { ACTIVATION_COLUMNS, DATASET_COLUMNS, EPOCH_COLUMNS, RUN_COLUMNS } from '../tables/columns.js'
import type { Tables } from '../tables/generated.js'

/** What an answer contains of each row: the fields in their order, each under its key. */
export interface RowShape {
  readonly type: ShapedType
  readonly fields: readonly ShapedField[]
}

export interface ShapedField {
  readonly key: string
  readonly name: string
  /** The shape of the rows that a relation leads to. */
  readonly below?: RowShape
}

export type ShapedType = 'Activation' | 'Dataset' | 'EpochMetrics' | 'Evaluation' | 'Run'

/** A text that is the same for equal shapes. */
export function nameShape(shape: RowShape): string {
  const known = names.get(shape)
  if (known !== undefined) return known
  const name = JSON.stringify(shape)
  names.set(shape, name)
  return name
}

/** Each request of a known query has the same shape. */
const names = new WeakMap<RowShape, string>()

/** A relation to rows of another type; they are selected with the columns of that type. */
interface Relation {
  readonly type: ShapedType
  readonly isList: boolean
  readonly select: (db: Kysely<Tables>, parent: string) => RawBuilder<unknown>
}

/** The fields of a type that PostgreSQL can write as JSON exactly as the API does. */
interface WritableType {
  /** Columns under the name of the field. */
  readonly columns: readonly string[]
  readonly dates: readonly string[]
  /** The column whose value makes the global id, for types that have one. */
  readonly idColumn?: string
  readonly relations: Readonly<Record<string, Relation>>
}

const METRIC_PROPERTIES = METRIC_ENTRIES.map(({ property }) => property)
const TYPES: Readonly<Record<ShapedType, WritableType>> = {
  Activation: {
    columns: ['expression', 'operators', 'depth', 'isFinite', 'isConstant'],
    dates: [],
    idColumn: 'identityHex',
    relations: {},
  },
  Dataset: {
    columns: ['name', 'version', 'title', 'architecture', 'task'],
    dates: [],
    idColumn: 'id',
    relations: {},
  },
  EpochMetrics: {
    columns: ['epoch', 'trainAccuracy', 'trainLoss', 'validationAccuracy', 'validationLoss'],
    dates: [],
    relations: {},
  },
  Evaluation: {
    columns: ['expression', ...METRIC_PROPERTIES, 'runCount'],
    dates: ['createdAt'],
    idColumn: 'id',
    relations: {
      activation: {
        type: 'Activation',
        isList: false,
        select: (db, parent) =>
          sql`${db
            .selectFrom('activations as a')
            .select(ACTIVATION_COLUMNS)
            .where('a.id', '=', sql.ref<number>(`${parent}.activationId`))}`,
      },
      dataset: {
        type: 'Dataset',
        isList: false,
        select: (db, parent) =>
          sql`${db
            .selectFrom('datasets as d')
            .select(DATASET_COLUMNS)
            .where('d.id', '=', sql.ref<number>(`${parent}.datasetId`))}`,
      },
      runs: {
        type: 'Run',
        isList: true,
        select: (db, parent) =>
          sql`${db
            .selectFrom('runs as r')
            .select(RUN_COLUMNS)
            .where('r.evaluation_id', '=', sql.ref<number>(`${parent}.id`))
            .orderBy('r.seed', (order) => order.asc().nullsLast())
            .orderBy('r.id')}`,
      },
    },
  },
  Run: {
    columns: ['seed', ...METRIC_PROPERTIES, 'backend', 'device', 'datasetVersion', 'softwareVersion', 'endReason'],
    dates: ['createdAt'],
    idColumn: 'id',
    relations: {
      epochs: {
        type: 'EpochMetrics',
        isList: true,
        select: (db, parent) =>
          sql`${db
            .selectFrom('run_epochs as c')
            .select(EPOCH_COLUMNS)
            .where('c.run_id', '=', sql.ref<number>(`${parent}.id`))
            .orderBy('c.epoch')}`,
      },
    },
  },
}

/** PostgreSQL cuts longer names of columns. */
const MOST_KEY_BYTES = 63

/** The type that a relation leads to, `null` for a field without rows below it, undefined if PostgreSQL cannot write it. */
export function findShapedField(type: ShapedType, name: string, key: string): ShapedType | null | undefined {
  if (key.length > MOST_KEY_BYTES) return undefined
  const { columns, dates, idColumn, relations } = TYPES[type]
  if (Object.hasOwn(relations, name)) return relations[name].type
  const isLeaf = name === '__typename' || columns.includes(name) || dates.includes(name) || (name === 'id' && idColumn)
  return isLeaf ? null : undefined
}

/** The row under this alias as a row of the fields of its shape. The alias has the columns of its type. */
export function shapeRow(db: Kysely<Tables>, { type, fields }: RowShape, alias: string): RawBuilder<unknown> {
  return sql`${sql.join(fields.map((field) => sql`${writeField(db, type, field, alias)} as ${sql.id(field.key)}`))}`
}

function writeField(db: Kysely<Tables>, type: ShapedType, { name, below }: ShapedField, alias: string) {
  const { dates, idColumn, relations } = TYPES[type]
  if (below) {
    const inner = below.type.toLowerCase()
    const { isList, select } = relations[name]
    const rows = sql`(select ${shapeRow(db, below, inner)} from (${select(db, alias)}) as ${sql.id(inner)}) as s`
    return isList
      ? sql`(select coalesce(json_agg(s), '[]'::json) from ${rows})`
      : sql`(select row_to_json(s) from ${rows})`
  }
  if (name === '__typename') return sql`${sql.lit(type)}::text`
  if (name === 'id') return writeGlobalId(type, sql.ref(`${alias}.${idColumn}`))
  if (dates.includes(name)) return writeDate(sql.ref(`${alias}.${name}`))
  return sql.ref(`${alias}.${name}`)
}

/** The global id as the API makes it: base64url without padding. The function breaks lines of more than 76 characters. */
function writeGlobalId(type: ShapedType, key: RawBuilder<unknown>): RawBuilder<unknown> {
  const bytes = sql`convert_to(${sql.lit(`${type}:`)} || ${key}, 'UTF8')`
  return sql`translate(encode(${bytes}, 'base64'), E'+/=\\n', '-_')`
}

/** The instant as the API writes it: in UTC, with milliseconds. */
function writeDate(instant: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`to_char(${instant} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
}
