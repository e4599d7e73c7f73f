import type { PublicDataset } from '../../db/datasets/find-public.js'
import { CROISSANT_PROFILE } from './croissant.js'
import { addressOfDataset, listDatasetFiles } from './dataset-files.js'
import { findLicenceUrl } from './licence.js'

/** The Link header of the page of a dataset, as FAIR Signposting asks for: programs find its parts without reading HTML. */
export function toLinkHeader(dataset: PublicDataset, origin: string): string {
  const page = addressOfDataset(dataset, origin)
  const licence = findLicenceUrl(dataset.license)
  return [
    link(page, 'cite-as'),
    link('https://schema.org/Dataset', 'type'),
    link('https://schema.org/AboutPage', 'type'),
    ...(licence === null ? [] : [link(licence, 'license')]),
    `${link(`${page}/croissant.json`, 'describedby', 'application/ld+json')}; profile="${CROISSANT_PROFILE}"`,
    link(`${page}/datacite.json`, 'describedby', 'application/vnd.datacite.datacite+json'),
    link(`${origin}/export/${dataset.name}.about.json`, 'describedby', 'application/json'),
    ...listDatasetFiles(dataset, origin).map(({ url, mediaType }) => link(url, 'item', mediaType)),
  ].join(', ')
}

function link(target: string, relation: string, type?: string): string {
  // The licence of a client may have any characters that an address can have.
  const address = target.replace(/[^\x21-\x7e]|[<>"]/g, (character) => encodeURIComponent(character))
  return `<${address}>; rel="${relation}"${type ? `; type="${type}"` : ''}`
}
