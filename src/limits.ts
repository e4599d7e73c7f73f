/** All limits. The setting of a limit is named ACTBENCH_LIMIT_ and its key in upper case, such as ACTBENCH_LIMIT_ROOT_FIELDS. */
export const LIMITS = {
  cost: limit(20_000, 100, 10_000_000, 'Cost of one operation, in units.'),
  depth: limit(16, 4, 64, 'Depth of nested fields.'),
  introspectionDepth: limit(20, 4, 64, 'Depth of nested fields below `__schema` and `__type`.'),
  rootFields: limit(50, 1, 10_000, 'Fields at the root of an operation, including those in its fragments.'),
  aliases: limit(100, 0, 10_000, 'Aliases in a document.'),
  fields: limit(500, 10, 10_000, 'Fields, fragment spreads and inline fragments in a document.'),
  fragments: limit(50, 0, 10_000, 'Fragments that a document defines.'),
  operations: limit(20, 1, 10_000, 'Operations in a document. A request runs one of them.'),
  directives: limit(50, 0, 10_000, 'Directives in a document.'),
  variables: limit(100, 1, 10_000, 'Variables that the operations of a document declare.'),
  tokens: limit(4000, 100, 100_000, 'Tokens of a document. An expression of any length is one token.'),
  valueDepth: limit(10, 4, 64, 'Depth of nested lists and objects in a literal, a variable or a type.'),
  values: limit(20_000, 100, 1_000_000, 'Values in the variables of a request. Lists and objects count too.'),
  list: limit(1000, 100, 100_000, 'Elements of one list, in a literal or a variable.'),
  bodyBytes: limit(2 ** 20, 1024, 2 ** 26, 'Size of a request body, and of a message over a web socket, in bytes.'),
  answerBytes: limit(
    50_000_000,
    2 ** 16,
    2 ** 28,
    'Approximate size of an answer, and of an event of a subscription, in bytes.',
  ),
  heldBytes: limit(
    2 ** 26,
    2 ** 16,
    2 ** 31,
    'Bytes that a server keeps in memory for one address: its unanswered requests and unread answers.',
  ),
  connections: limit(2000, 10, 100_000, 'Open connections of one address. A trusted proxy has no limit.'),
  bodySeconds: limit(30, 1, 3600, 'Time in which a whole request must arrive.'),
  headerSeconds: limit(10, 1, 3600, 'Time in which the head of a request must arrive.'),
  stallSeconds: limit(60, 1, 3600, 'Longest pause of a connection within a request or an answer.'),
  wrongKeys: limit(20, 1, 10_000, 'Wrong keys that one address may send per minute, to all servers together.'),
  runningOperations: limit(
    10,
    1,
    40,
    'Operations of one address, and of one key, that a server runs at the same time.',
  ),
  waitingOperations: limit(500, 1, 2000, 'Operations of one address, and of one key, that wait for their turn.'),
  waitSeconds: limit(10, 1, 600, 'Longest time that an operation waits for its turn.'),
  exports: limit(2, 1, 1000, 'Exports that one client may read at the same time.'),
  sockets: limit(20, 1, 100_000, 'Open web sockets of one address.'),
  streams: limit(500, 1, 100_000, 'Open streams of server-sent events of one address.'),
  socketOperations: limit(
    50,
    1,
    100_000,
    'Operations that run at the same time on one web socket, including subscriptions.',
  ),
  initSeconds: limit(5, 1, 3600, 'Time in which a new web socket must send `connection_init`.'),
  persistedDocuments: limit(
    1000,
    0,
    1_000_000,
    'Persisted documents that a server keeps. The least recently used one goes first.',
  ),
} satisfies Record<string, Limit>

/** Epochs that a search by ASHA may give a whole training. No setting, because command line and agents check them too. */
export const WHOLE_TRAINING_EPOCHS = { least: 2, most: 100_000 } as const

export interface Limit {
  readonly default: number
  /** Smallest and largest value that can be configured. */
  readonly least: number
  readonly most: number
  readonly description: string
}

export type Limits = Readonly<Record<keyof typeof LIMITS, number>>

/** The limits without any configuration. */
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
