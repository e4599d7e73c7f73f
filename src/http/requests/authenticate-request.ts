import type { Database } from '../../db/connection/client.js'
import { ActbenchError } from '../../errors.js'
import { authenticate } from '../../services/access/api-keys.js'
import type { Viewer } from '../../services/access/viewer.js'

/**
 * Finds out who sent a request, from its Authorization header or the same field in the first message of a web socket. Null
 * if there is none. Throws UNAUTHENTICATED if it has no valid key: a client that sends a key does not want to be anonymous.
 */
export async function authenticateRequest(database: Database, authorization: unknown): Promise<Viewer | null> {
  if (authorization === undefined || authorization === null) return null
  const secret = typeof authorization === 'string' ? /^Bearer +(\S+) *$/i.exec(authorization)?.[1] : undefined
  if (!secret) throw new ActbenchError('UNAUTHENTICATED', 'Authorization: expected `Bearer <secret of a key>`')
  const viewer = await authenticate(database, secret)
  if (!viewer) throw new ActbenchError('UNAUTHENTICATED', 'this key is unknown, revoked or expired')
  return viewer
}
