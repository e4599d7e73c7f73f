import { type Spending, WINDOW_SECONDS } from '../../services/access/budget.js'

/** The RateLimit headers that show what was spent. Empty without a limit. */
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
