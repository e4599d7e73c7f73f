/** What a page of web/ shows. */
export type Page =
  | { readonly kind: 'home' | 'editor' | 'compare' | 'searches' | 'search' | 'jobs' }
  | { readonly kind: 'dataset' | 'map' | 'surrogates'; readonly dataset: string }
  | { readonly kind: 'function'; readonly expression: string }

/** Addresses that the pages show, as routes. Not all that fit have a page. */
export const PAGE_ROUTES = [
  ...['/datasets', '/datasets/*', '/functions', '/functions/*', '/compare'],
  ...['/searches', '/searches/*', '/jobs', '/surrogates', '/surrogates/*'],
]

/** The page of a path, as `web/src/app.tsx` finds it. Null if it shows that there is nothing. */
export function findPage(path: string): Page | null {
  const [first = '', second, third, ...more] = path
    .split('/')
    .slice(1)
    .filter((part) => part !== '')
    .map(decode)
  if (more.length > 0) return null
  if (third !== undefined) return first === 'datasets' && third === 'map' ? { kind: 'map', dataset: second } : null
  if (second === undefined) return ALONE[first] ? { kind: ALONE[first] } : null
  if (first === 'datasets') return { kind: 'dataset', dataset: second }
  if (first === 'surrogates') return { kind: 'surrogates', dataset: second }
  if (first === 'functions') return { kind: 'function', expression: second }
  return first === 'searches' ? { kind: 'search' } : null
}

const ALONE: Readonly<Record<string, 'home' | 'editor' | 'compare' | 'searches' | 'jobs' | undefined>> = {
  '': 'home',
  graphql: 'editor',
  compare: 'compare',
  searches: 'searches',
  jobs: 'jobs',
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
