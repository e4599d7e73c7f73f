import type { Viewer } from '../services/access/viewer.js'

/** A user who has the password of the database may do everything. */
export const OPERATOR: Viewer = { apiKeyId: 0, name: 'operator', scopes: ['ADMIN'] }
