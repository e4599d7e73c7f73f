/** What one request may ask for: the setting's name is ACTBENCH_LIMIT_ and the key in upper case, such as ACTBENCH_LIMIT_ROOT_FIELDS. */
export const LIMITS = {
  cost: limit(20_000, 100, 10_000_000, 'Cost of one operation, in units.'),
  depth: limit(16, 4, 64, 'Fields within fields.'),
  introspectionDepth: limit(20, 4, 64, 'Fields within fields below `__schema` and `__type`.'),
  rootFields: limit(50, 1, 10_000, 'Fields at the root of an operation, with those of its fragments.'),
  aliases: limit(100, 0, 10_000, 'Aliases written in a document.'),
  fields: limit(500, 10, 10_000, 'Fields, fragment spreads and inline fragments written in a document.'),
  fragments: limit(50, 0, 10_000, 'Fragments that a document defines.'),
  operations: limit(20, 1, 10_000, 'Operations in a document, of which a request runs one.'),
  directives: limit(50, 0, 10_000, 'Directives written in a document.'),
  variables: limit(100, 1, 10_000, 'Variables that the operations of a document declare.'),
  tokens: limit(4000, 100, 100_000, 'Tokens of a document; an expression is one, however long.'),
  valueDepth: limit(10, 4, 64, 'Lists and objects within each other, in a literal, a variable, or a type.'),
  values: limit(2000, 100, 1_000_000, 'Values in the variables of a request, lists and objects counted.'),
  list: limit(1000, 100, 100_000, 'Elements of one list, in a literal or a variable.'),
  bodyBytes: limit(2 ** 20, 1024, 2 ** 26, 'Bytes of the body of a request, and of a message over a web socket.'),
  answerBytes: limit(50_000_000, 2 ** 16, 2 ** 28, 'Bytes of an answer, about; of an event of a subscription too.'),
  heldBytes: limit(
    2 ** 26,
    2 ** 16,
    2 ** 31,
    'Bytes that a server keeps for one address: of requests that it has not answered, of answers that are not read.',
  ),
  connections: limit(2000, 10, 100_000, 'Connections of one address at a time, other than a trusted proxy.'),
  bodySeconds: limit(30, 1, 3600, 'Time in which a request must have come whole.'),
  headerSeconds: limit(10, 1, 3600, 'Time in which the head of a request must have come.'),
  stallSeconds: limit(
    60,
    1,
    3600,
    'Time for which a connection may stand still in the middle of a request or an answer.',
  ),
  wrongKeys: limit(20, 1, 10_000, 'Wrong keys of one address in a minute, to all servers together.'),
  runningOperations: limit(10, 1, 40, 'Operations of one address, and of one key, that a server runs at a time.'),
  waitingOperations: limit(500, 1, 2000, 'Operations of one address, and of one key, that wait for their turn.'),
  waitSeconds: limit(10, 1, 600, 'Time for which an operation waits for its turn.'),
  exports: limit(2, 1, 1000, 'Exports that one client reads at a time.'),
  sockets: limit(20, 1, 100_000, 'Web sockets of one address at a time.'),
  socketOperations: limit(50, 1, 100_000, 'Operations that run at a time on one web socket, subscriptions among them.'),
  initSeconds: limit(5, 1, 3600, 'Time in which a web socket must send `connection_init`.'),
  persistedDocuments: limit(
    1000,
    0,
    1_000_000,
    'Documents that are remembered by their hash; the one used least goes.',
  ),
} satisfies Record<string, Limit>

export interface Limit {
  readonly default: number
  /** The least and the most that can be configured. */
  readonly least: number
  readonly most: number
  readonly description: string
}

export type Limits = Readonly<Record<keyof typeof LIMITS, number>>

/** What holds where nothing else is configured. */
export const DEFAULT_LIMITS = Object.freeze(
  Object.fromEntries(listLimits().map(([name, { default: value }]) => [name, value])),
) as Limits

/** All limits with their names. */
export function listLimits(): [keyof Limits, Limit][] {
  return Object.entries(LIMITS) as [keyof Limits, Limit][]
}

/** The environment variable that sets a limit. */
export function toSettingName(name: keyof Limits): string {
  return `ACTBENCH_LIMIT_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`
}

function limit(value: number, least: number, most: number, description: string): Limit {
  return { default: value, least, most, description }
}
