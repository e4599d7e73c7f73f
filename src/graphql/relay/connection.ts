import type { GraphQLScalarType } from 'graphql'
import { type ClassType, Field, Int, ObjectType } from 'type-graphql'
import type { Loaders, Page, PageList, Positioned, RowShape, ShapedPage } from '../../db/loaders.js'
import { JsonText } from '../../operation-limits/json-text.js'
import { MOST_PASSED_ROWS } from '../../operation-limits/prices.js'
import { getValidInteger, refuseInput } from '../../services/validate-input.js'
import { type CursorKind, toCursor } from './cursor.js'
import { type PageArguments, readWindow } from './page-arguments.js'
import { PageInfo } from './page-info.type.js'

/** Describes a list that clients can page through. */
export interface ConnectionOptions<Row, Node> {
  readonly cursor: CursorKind
  readonly list: PageList<Row>
  /** The id of the object that the list belongs to; undefined for a list of the whole service. */
  readonly parent?: number
  /** The name of the dataset that the list belongs to, instead of `parent` and with a shape. */
  readonly datasetName?: string
  readonly maxSize?: number
  readonly toNode: (row: Row) => Node
  /** The shape of the nodes if the answer takes them as JSON (see graphql/plans). */
  readonly shape?: RowShape | null
}

/** A page in the form of the API. Fields that a query does not select are not computed. */
export interface Connection<Node> {
  readonly edges: { cursor: string; node: Node }[]
  readonly nodes: Node[]
  readonly pageInfo: PageInfo
  totalCount(): Promise<number>
}

/** Reads one page of a list. Throws BAD_USER_INPUT if the arguments do not describe a page. */
export async function listConnection<Row, Node>(
  loaders: Loaders,
  args: PageArguments,
  options: ConnectionOptions<Row, Node>,
): Promise<Connection<Node>> {
  const { cursor, list, parent, toNode, shape } = options
  const window = readWindow(args, cursor, options.maxSize)
  const count = () => loaders.count(list, parent)
  if (!shape) return toConnection(await loaders.page(list, window, parent), cursor, toNode, count)
  const page =
    options.datasetName === undefined
      ? await loaders.shapedPage(list, window, shape, parent)
      : await loaders.shapedPageOf(list, window, shape, options.datasetName)
  return toPlanned<Node>(page, cursor, count)
}

/** The same, from the row at an offset. Throws BAD_USER_INPUT if the offset is not 0 to MOST_PASSED_ROWS, or next to a cursor. */
export async function listConnectionFrom<Row, Node>(
  loaders: Loaders,
  offset: number,
  args: PageArguments,
  options: ConnectionOptions<Row, Node>,
): Promise<Connection<Node>> {
  const { cursor, list, parent } = options
  getValidInteger('offset', offset, 0, MOST_PASSED_ROWS)
  if (offset === 0) return listConnection(loaders, args, options)
  const others = (['last', 'after', 'before'] as const).filter((name) => args[name] !== undefined)
  if (others.length > 0) refuseInput('offset', 'no last, after and before next to it', others.join(' and '))
  readWindow(args, cursor, options.maxSize)
  const position = await loaders.positionAt(list, offset - 1, parent)
  if (position !== null) return listConnection(loaders, { ...args, after: toCursor(cursor, position) }, options)
  const count = () => loaders.count(list, parent)
  const beyond = { rows: [], hasNextPage: false, hasPreviousPage: (await count()) > 0 }
  if (!options.shape) return toConnection<Row, Node>(beyond, cursor, options.toNode, count)
  return toPlanned<Node>({ ...beyond, text: '', count: 0, start: null, end: null }, cursor, count)
}

/** A page of a list that is in memory, in the order of the texts that `toKey` gives; no two rows have the same. */
export function pageInMemory<Row extends object>(
  args: PageArguments,
  cursor: CursorKind,
  rows: readonly Row[],
  toKey: (row: Row) => string,
): Connection<Row> {
  const { size, isBackward, after, before } = readWindow(args, cursor)
  const from = after === null ? 0 : rows.filter((row) => toKey(row) <= String(after.key)).length
  const to = before === null ? rows.length : rows.filter((row) => toKey(row) < String(before.key)).length
  const start = isBackward ? Math.max(from, to - size) : from
  const end = isBackward ? Math.max(from, to) : Math.min(Math.max(from, to), from + size)
  const page = {
    rows: rows.slice(start, end).map((row) => ({ ...row, pageValue: null, pageKey: toKey(row) })),
    hasPreviousPage: start > 0,
    hasNextPage: end < rows.length,
  }
  return toConnection(
    page,
    cursor,
    (row): Row => row,
    async () => rows.length,
  )
}

/** Creates the types of a list: `<name>Connection` and `<name>Edge`. */
export function createConnectionType(
  getNodeType: () => ClassType | GraphQLScalarType | StringConstructor,
  name: string,
  what: string,
): ClassType {
  @ObjectType(`${name}Edge`, { simpleResolvers: true, description: `A row of a list of ${what}, with its cursor.` })
  class Edge {
    @Field(() => String, {
      description: 'The place of the row in the list. Pass it as `after` or `before` to continue from here.',
    })
    cursor!: string

    @Field(getNodeType, { description: 'The row itself.' })
    node!: unknown
  }

  @ObjectType(`${name}Connection`, { simpleResolvers: true, description: `A page of a list of ${what}.` })
  class ConnectionType {
    @Field(() => [Edge], { description: 'The rows of the page with their cursors.' })
    edges!: Edge[]

    @Field(() => [getNodeType()], { description: 'The rows of the page.' })
    nodes!: unknown[]

    @Field(() => PageInfo, {
      description: 'The position of the page in the list: whether there are more rows, and the cursors of both ends.',
    })
    pageInfo!: PageInfo

    @Field(() => Int, {
      description: 'The number of rows in the whole list. It is counted only if a query selects it.',
    })
    totalCount!: number
  }
  return ConnectionType
}

function toConnection<Row, Node>(
  { rows, hasNextPage, hasPreviousPage }: Page<Row>,
  kind: CursorKind,
  toNode: (row: Row) => Node,
  count: () => Promise<number>,
): Connection<Node> {
  const nodes = rows.map(toNode)
  const cursorOf = (row: Positioned<Row>) => toCursor(kind, { value: row.pageValue, key: row.pageKey })
  return {
    nodes,
    get edges() {
      return rows.map((row, index) => ({ cursor: cursorOf(row), node: nodes[index] }))
    },
    get pageInfo() {
      return {
        hasNextPage,
        hasPreviousPage,
        startCursor: rows.length > 0 ? cursorOf(rows[0]) : null,
        endCursor: rows.length > 0 ? cursorOf(rows[rows.length - 1]) : null,
      }
    },
    totalCount: count,
  }
}

/** A page whose nodes are JSON. The operation selects no edges: the planner has checked it. */
function toPlanned<Node>(
  { text, count, start, end, hasNextPage, hasPreviousPage }: ShapedPage,
  kind: CursorKind,
  countAll: () => Promise<number>,
): Connection<Node> {
  const planned = {
    plannedNodes: new JsonText(`[${text}]`, count),
    get pageInfo() {
      const [startCursor, endCursor] = [start, end].map((position) => position && toCursor(kind, position))
      return { hasNextPage, hasPreviousPage, startCursor, endCursor }
    },
    totalCount: countAll,
  }
  return planned as unknown as Connection<Node>
}
