import { SUGGESTION_COLUMNS } from '../tables/columns.js'

/** A whole suggestion, as Prisma names its columns, with its state at this moment. */
export const WHOLE_SUGGESTION_COLUMNS = [
  ...SUGGESTION_COLUMNS,
  'g.api_key_id as apiKeyId',
  'g.created_at as createdAt',
  'g.finished_at as finishedAt',
] as const
