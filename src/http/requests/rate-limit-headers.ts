import { type Spending, WINDOW_SECONDS } from '../../services/access/budget.js'

/** What was spent, in the headers that clients know; nothing where there is no limit. */
export function toRateLimitHeaders(spending: Spending | null, limit: number): Record<string, string> {
  if (!spending || limit === 0) return {}
  const reset = Math.max(0, Math.ceil((spending.resetAt.getTime() - Date.now()) / 1000))
  return {
    'ratelimit-limit': String(spending.limit),
    'ratelimit-policy': `${spending.limit};w=${WINDOW_SECONDS}`,
    'ratelimit-remaining': String(spending.remaining),
    'ratelimit-reset': String(reset),
    ...(spending.isAccepted ? {} : { 'retry-after': String(spending.retryAfterSeconds) }),
  }
}
