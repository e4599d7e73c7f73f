/** What the values of the API are called on pages. */
export const ALGORITHMS = {
  SURROGATE: 'Surrogate',
  EXPECTED_IMPROVEMENT: 'Expected improvement',
  UMAP_KNN: 'Map and neighbours',
  ASHA: 'Successive halving (ASHA)',
  REGULARIZED_EVOLUTION: 'Regularized evolution',
  RANDOM: 'Random',
} as const

export const SEARCH_STATES = { ACTIVE: 'active', COMPLETED: 'completed', STOPPED: 'stopped' } as const

export const END_REASONS = {
  BUDGET_USED: 'It ended because its budget is used.',
  NO_FUNCTION_LEFT: 'It ended because its schemas have no function left.',
  STOPPED: 'It ended because its owner stopped it.',
  TOO_MANY_FAILURES: 'It ended because too many evaluations failed.',
} as const

export const SUGGESTION_STATES = {
  LEASED: 'leased',
  COMPLETED: 'completed',
  FAILED: 'failed',
  EXPIRED: 'lease expired',
} as const

export type SuggestionState = keyof typeof SUGGESTION_STATES

/** A text of an address as one of some names; null if it is another. */
export function pickKey<Key extends string>(names: Readonly<Record<Key, string>>, text: string | undefined) {
  return text !== undefined && Object.hasOwn(names, text) ? (text as Key) : null
}

/** The name of a search, or what it does if it has none. */
export function nameSearch(search: {
  readonly name: string | null
  readonly algorithm: keyof typeof ALGORITHMS
  readonly dataset: { readonly title: string }
}): string {
  return search.name ?? `${ALGORITHMS[search.algorithm]} in ${search.dataset.title}`
}

export function searchAddress(id: string): string {
  return `/searches/${encodeURIComponent(id)}`
}
