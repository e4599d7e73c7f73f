import type { GraphQLScalarType } from 'graphql'
import { type ClassType, Field, Int, ObjectType } from 'type-graphql'
import type { Loaders, Page, PageList, Positioned } from '../../db/loaders.js'
import { type CursorKind, toCursor } from './cursor.js'
import { type PageArguments, readWindow } from './page-arguments.js'
import { PageInfo } from './page-info.type.js'

/** A list to page through, as a resolver describes it. */
export interface ConnectionOptions<Row, Node> {
  readonly cursor: CursorKind
  readonly list: PageList<Row>
  /** The id of the object that the list belongs to, if it belongs to one. */
  readonly parent?: number
  readonly maxSize?: number
  readonly toNode: (row: Row) => Node
}

/** A page as the API shows it; what a query does not select is not computed. */
export interface Connection<Node> {
  readonly edges: { cursor: string; node: Node }[]
  readonly nodes: Node[]
  readonly pageInfo: PageInfo
  totalCount(): Promise<number>
}

/** Reads one page of a list; throws BAD_USER_INPUT for arguments that name none. */
export async function listConnection<Row, Node>(
  loaders: Loaders,
  args: PageArguments,
  options: ConnectionOptions<Row, Node>,
): Promise<Connection<Node>> {
  const { cursor, list, parent, toNode } = options
  const page = await loaders.page(list, readWindow(args, cursor, options.maxSize), parent)
  return toConnection(page, cursor, toNode, () => loaders.count(list, parent))
}

/** Makes the object and edge types of a list: `<name>Connection` and `<name>Edge`. */
export function createConnectionType(
  getNodeType: () => ClassType | GraphQLScalarType | StringConstructor,
  name: string,
  what: string,
): ClassType {
  @ObjectType(`${name}Edge`, { simpleResolvers: true, description: `A row of a list of ${what}.` })
  class Edge {
    @Field(() => String, { description: 'Its place in the list, for `after` and `before`.' })
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

    @Field(() => PageInfo, { description: 'Where the page stands in its list.' })
    pageInfo!: PageInfo

    @Field(() => Int, { description: 'The length of the whole list; counted only where it is selected.' })
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
