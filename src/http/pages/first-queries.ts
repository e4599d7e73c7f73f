import type { Page } from './page-addresses.js'

/** By kind of page, as `web/src/first-queries.ts` says. */
type FirstQueries = Readonly<Record<string, readonly { readonly query: string; readonly variables: unknown }[]>>

/** The file that the build of the pages writes. */
export const FIRST_QUERIES_FILE = 'first-queries.json'

/** Returns the addresses of the first requests of a page. A page whose address has choices asks something else. */
export function createFirstQueries(json: string): (page: Page, url: string) => readonly string[] {
  const queries: FirstQueries = JSON.parse(json)
  return (page, url) => (url.includes('?') ? [] : (queries[page.kind] ?? []).map((each) => toAddress(each, page)))
}

function toAddress({ query, variables }: FirstQueries[string][number], page: Page): string {
  const values: Readonly<Record<string, unknown>> = { ...page }
  // Only whole texts such as "$dataset" stand for a value.
  const filled = JSON.stringify(variables, (_, value) =>
    typeof value === 'string' && value.startsWith('$') ? values[value.slice(1)] : value,
  )
  return `/graphql?${new URLSearchParams({ query, variables: filled })}`
}
