import { type Kysely, sql } from 'kysely'
import { inOrder } from '../statements/align.js'
import { compileOnce, type Placeholders } from '../statements/compile-once.js'
import type { Tables } from '../tables/generated.js'
import { anyIdentity, listOf, unnest } from '../tables/lists.js'

/** A function that is not stored, with the spelling that a client asked for. */
export interface DescribedActivation {
  /** 64 hexadecimal digits. */
  readonly identityHex: string
  readonly expression: string
}

interface Described {
  readonly identities: readonly string[]
  readonly expressions: readonly string[]
}

const insertRows = compileOnce((db, { identities, expressions }: Placeholders<Described>) =>
  db
    .insertInto('described_activations')
    .columns(['identity', 'expression'])
    .expression((eb) =>
      eb
        .selectFrom(unnest('n', { identity: listOf('text', identities), expression: listOf('text', expressions) }))
        .select([sql<Buffer>`decode(n.identity, 'hex')`.as('identity'), 'n.expression'])
        // In the same order by all requests, so that two of them do not deadlock.
        .orderBy('n.identity')
        .orderBy('n.position'),
    )
    .onConflict((conflict) => conflict.doNothing()),
)

/** Records functions that are not stored, so that their identities lead to them. Functions that are recorded stay. */
export async function insertDescribed(db: Kysely<Tables>, described: readonly DescribedActivation[]): Promise<void> {
  await insertRows(db, {
    identities: described.map(({ identityHex }) => identityHex),
    expressions: described.map(({ expression }) => expression),
  })
}

const rowsByIdentity = compileOnce((db, { identities }: Placeholders<{ identities: readonly string[] }>) =>
  db
    .selectFrom('described_activations as d')
    .select([sql<string>`encode(d.identity, 'hex')`.as('identityHex'), 'd.expression'])
    .where('d.identity', '=', anyIdentity(identities)),
)

/** The recorded expression of each identity, in the same order; null if a function was not recorded. */
export async function findDescribed(db: Kysely<Tables>, identities: readonly string[]): Promise<(string | null)[]> {
  const rows = await rowsByIdentity(db, { identities })
  return inOrder(identities, rows, (row) => row.identityHex).map((row) => row?.expression ?? null)
}
