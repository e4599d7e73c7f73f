import type { PublicDataset } from '../../db/datasets/find-public.js'
import { METRIC_ENTRIES } from '../../metrics.js'
import { readAuthors } from './authors.js'
import { addressOfDataset, listDatasetFiles } from './dataset-files.js'
import { findLicenceUrl } from './licence.js'

const KEYWORDS = ['activation functions', 'neural networks', 'benchmark', 'machine learning']

/** A dataset in the vocabulary of schema.org, which search engines for datasets read. */
export function toJsonLd(dataset: PublicDataset, origin: string): object {
  const { name, title, version, license, citation, sourceUrl, createdAt, updatedAt } = dataset
  const url = addressOfDataset(dataset, origin)
  const licence = findLicenceUrl(license) ?? license
  const authors = readAuthors(citation)
  const files = listDatasetFiles(dataset, origin)
  return {
    '@context': 'https://schema.org/',
    '@type': 'Dataset',
    '@id': url,
    ...{ name: title, alternateName: name, description: describeForSearch(dataset), url, version },
    ...(licence && { license: licence }),
    ...(citation && { citation }),
    ...(authors.length > 0 && { creator: authors.map((author) => ({ '@type': 'Person', name: author })) }),
    ...(sourceUrl && { isBasedOn: sourceUrl }),
    dateCreated: createdAt.toISOString(),
    dateModified: updatedAt.toISOString(),
    keywords: KEYWORDS,
    isAccessibleForFree: true,
    includedInDataCatalog: { '@type': 'DataCatalog', name: 'actbench', url: `${origin}/` },
    variableMeasured: METRIC_ENTRIES.map(({ property, description }) => ({
      '@type': 'PropertyValue',
      ...{ name: property, description },
    })),
    ...(files.length > 0 && {
      distribution: files.map((file) => ({
        '@type': 'DataDownload',
        ...{ name: file.fileName, description: file.description },
        ...{ contentUrl: file.url, encodingFormat: file.mediaType },
      })),
    }),
  }
}

/** Search engines want at least 50 characters; the description of a client may be a word, or empty. */
export function describeForSearch({ description, architecture, task, evaluations }: PublicDataset): string {
  const facts = `${evaluations} activation functions, evaluated with the network ${architecture} on the task ${task}.`
  return description.trim() === '' ? facts : `${description.trim()} ${facts}`
}
