/** A page with the shipped data, and a sign of its first result. */
export interface ListedPage {
  readonly name: string
  readonly path: string
  readonly selector: string
  /** What its picture begins with; the top of the page if left out. */
  readonly pictureFrom?: string
}

const FIRST_ROW = '.leaderboard tbody tr[aria-rowindex="2"]'
const FUNCTION = '/functions/x*sigmoid(x)'

/** Every page. `search` is the id of a search. */
export function listPages(search: string): readonly ListedPage[] {
  return [
    { name: 'home', path: '/', selector: '.card' },
    { name: 'dataset', path: '/datasets/fashion-cnn', selector: FIRST_ROW, pictureFrom: '.count' },
    {
      name: 'map',
      path: '/datasets/fashion-cnn/map',
      selector: '.map canvas[data-drawn]',
      pictureFrom: '.map-controls',
    },
    { name: 'function', path: FUNCTION, selector: '.plain tbody strong' },
    { name: 'compare', path: '/compare?f=x*sigmoid(x)&f=relu(x)&f=tanh(x)', selector: 'table tbody tr' },
    { name: 'searches', path: '/searches', selector: '.plain tbody tr' },
    { name: 'search', path: `/searches/${encodeURIComponent(search)}`, selector: '.suggested tbody tr' },
    { name: 'jobs', path: '/jobs', selector: '.workers tbody tr' },
    { name: 'surrogate', path: '/surrogates/fashion-cnn', selector: '.worst tbody tr' },
    { name: 'editor', path: '/graphql', selector: '.schema-panel dt' },
  ]
}
