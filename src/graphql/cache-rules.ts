import type { CacheRules } from '../operation-limits/cache-scope.js'

/** The fields and types of this API that caches must not store, or must not reuse for other clients. */
export const CACHE_RULES: CacheRules = {
  privateFields: new Set([
    ...['Query.viewer', 'Query.rateLimit', 'Query.apiKeys'],
    ...['Suggestion.worker', 'Suggestion.failure', 'Surrogate.progress'],
  ]),
  privateArguments: new Set(['mine']),
  // `node` may return any of the other types, so Node is one of them.
  liveTypes: new Set([
    ...['Node', 'Worker', 'Search', 'SearchConnection', 'Suggestion', 'SuggestionConnection'],
    ...['TrainingJob', 'TrainingJobConnection'],
  ]),
}
