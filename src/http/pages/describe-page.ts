import type { PublicDataset } from '../../db/datasets/find-public.js'
import { toJsonLd } from '../dataset-metadata/json-ld.js'
import type { Page } from './page-addresses.js'
import type { PageHead } from './page-head.js'

const ABOUT = 'How well activation functions do on fixed networks, measured and predicted.'

/** The head of a page. A page of a dataset needs the dataset. */
export function describePage(page: Page, dataset: PublicDataset | null, origin: string): PageHead {
  switch (page.kind) {
    case 'dataset':
      return {
        ...describeDataset(dataset, '', origin, `/datasets/${page.dataset}`),
        ...(dataset && {
          jsonLd: toJsonLd(dataset, origin),
          feed: `${origin}/datasets/${dataset.name}/changes.atom`,
        }),
      }
    case 'map':
      return describeDataset(dataset, 'Map of ', origin, `/datasets/${page.dataset}/map`)
    case 'surrogates':
      return describeDataset(dataset, 'Predictions of ', origin, `/surrogates/${page.dataset}`)
    case 'function':
      return {
        title: `${page.expression.slice(0, 80)} · actbench`,
        description: `The activation function ${page.expression.slice(0, 200)}: its curve, properties, code and results.`,
        url: `${origin}/functions/${encodeURIComponent(page.expression)}`,
      }
    case 'home':
      return { title: 'actbench', description: ABOUT, url: `${origin}/` }
    case 'editor':
      return {
        title: 'Query editor · actbench',
        description: 'Ask the GraphQL API of actbench.',
        url: `${origin}/graphql`,
      }
    default:
      return {
        title: `${TITLES[page.kind]} · actbench`,
        description: ABOUT,
        url: page.kind === 'search' ? null : `${origin}/${page.kind}`,
      }
  }
}

/** The head of an address without a page. */
export function describeNothing(): PageHead {
  return { title: 'Nothing here · actbench', description: 'This address has no page.', url: null }
}

const TITLES = { compare: 'Compare functions', searches: 'Searches', search: 'Search', jobs: 'Trainings' } as const

function describeDataset(dataset: PublicDataset | null, prefix: string, origin: string, path: string): PageHead {
  return {
    title: `${prefix}${dataset?.title ?? path.split('/')[2]} · actbench`,
    description: dataset?.description || ABOUT,
    url: `${origin}${path}`,
  }
}
