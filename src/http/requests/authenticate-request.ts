import type { Database } from '../../db/connection/client.js'
import { ActbenchError } from '../../errors.js'
import { authenticate } from '../../services/access/api-keys.js'
import type { Viewer } from '../../services/access/viewer.js'

/**
 * Who asks, by an Authorization header (or its equal in a web socket's first message): null without one. Throws
 * UNAUTHENTICATED for a key that opens nothing, and for what is no key: a client that sends one wants to be known.
 */
export async function authenticateRequest(database: Database, authorization: unknown): Promise<Viewer | null> {
  if (authorization === undefined || authorization === null) return null
  const secret = typeof authorization === 'string' ? /^Bearer +(\S+) *$/i.exec(authorization)?.[1] : undefined
  if (!secret) throw new ActbenchError('UNAUTHENTICATED', 'Authorization: expected `Bearer <secret of a key>`')
  const viewer = await authenticate(database, secret)
  if (!viewer) throw new ActbenchError('UNAUTHENTICATED', 'this key is unknown, revoked or expired')
  return viewer
}
