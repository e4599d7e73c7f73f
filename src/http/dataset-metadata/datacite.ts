import type { PublicDataset } from '../../db/datasets/find-public.js'
import { readAuthors } from './authors.js'
import { addressOfDataset, listDatasetFiles } from './dataset-files.js'
import { describeForSearch } from './json-ld.js'
import { findLicenceUrl } from './licence.js'

/**
 * What DataCite asks for when it registers a DOI. The operator who registers one adds it as `doi`. Without authors in the
 * reference, the creator is not known, and DataCite has a text for that.
 */
export function toDataCite(dataset: PublicDataset, origin: string): object {
  const { name, title, version, license, citation, sourceUrl, createdAt, updatedAt } = dataset
  const authors = readAuthors(citation)
  const url = addressOfDataset(dataset, origin)
  return {
    schemaVersion: 'http://datacite.org/schema/kernel-4',
    types: { resourceTypeGeneral: 'Dataset', resourceType: 'Benchmark of activation functions' },
    creators: (authors.length > 0 ? authors : [':unkn']).map((author) => ({ name: author })),
    titles: [{ title }],
    publisher: { name: 'actbench' },
    publicationYear: createdAt.getUTCFullYear(),
    ...{ version, language: 'en', url },
    subjects: ['activation functions', 'neural networks', 'benchmark'].map((subject) => ({ subject })),
    dates: [
      { date: createdAt.toISOString(), dateType: 'Created' },
      { date: updatedAt.toISOString(), dateType: 'Updated' },
    ],
    alternateIdentifiers: [{ alternateIdentifier: name, alternateIdentifierType: 'actbench dataset' }],
    formats: [...new Set(listDatasetFiles(dataset, origin).map(({ mediaType }) => mediaType))],
    descriptions: [{ description: describeForSearch(dataset), descriptionType: 'Abstract' }],
    rightsList: license === null ? [] : [{ rights: license, rightsUri: findLicenceUrl(license) ?? undefined }],
    relatedIdentifiers: sourceUrl
      ? [{ relatedIdentifier: sourceUrl, relatedIdentifierType: 'URL', relationType: 'IsDerivedFrom' }]
      : [],
  }
}
