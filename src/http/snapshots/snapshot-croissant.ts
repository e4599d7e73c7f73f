import type { SnapshotRow } from '../../db/snapshots/find-snapshots.js'
import type { SnapshotFileRow } from '../../db/snapshots/read-parts.js'
import { citeSnapshot } from '../../services/snapshots/cite-snapshot.js'
import { SNAPSHOT_FORMATS, type SnapshotFormat } from '../../services/snapshots/write-file.js'
import { readAuthors } from '../dataset-metadata/authors.js'
import {
  CROISSANT_PROFILE,
  ENCODINGS,
  FUNCTION_COLUMNS,
  METRIC_COLUMNS,
  toRecordSet,
} from '../dataset-metadata/croissant.js'
import { CROISSANT_CONTEXT } from '../dataset-metadata/croissant-context.js'
import { findLicenceUrl } from '../dataset-metadata/licence.js'

/** A snapshot in the format Croissant 1.0. Its files never change, so each has its checksum. */
export function toSnapshotCroissant(snapshot: SnapshotRow, files: readonly SnapshotFileRow[], origin: string): object {
  const { datasetName, name, title, architecture, task, license, citation, createdAt, evaluationCount } = snapshot
  const address = `${origin}/export/${datasetName}@${name}`
  const authors = readAuthors(citation)
  const licence = findLicenceUrl(license) ?? license
  return {
    '@context': CROISSANT_CONTEXT,
    '@type': 'sc:Dataset',
    conformsTo: CROISSANT_PROFILE,
    ...{ name: `${title}, snapshot ${name}`, alternateName: `${datasetName}@${name}` },
    description: `${evaluationCount} activation functions, evaluated with the network ${architecture} on the task ${task}, as they were on ${createdAt.toISOString()}.`,
    url: `${origin}/datasets/${datasetName}`,
    ...(licence && { license: licence }),
    citeAs: citeSnapshot(snapshot, `${address}.jsonl`),
    creator: (authors.length > 0 ? authors : ['actbench']).map((author) => ({ '@type': 'sc:Person', name: author })),
    datePublished: createdAt.toISOString(),
    version: snapshot.datasetVersion,
    isLiveDataset: false,
    distribution: files.map(({ format, size, checksum }) => {
      const { mediaType, description } = SNAPSHOT_FORMATS[format as SnapshotFormat]
      const type = mediaType.split(';', 1)[0]
      return {
        '@type': 'cr:FileObject',
        '@id': format,
        ...{ name: `${datasetName}-${name}.${format}`, description, contentUrl: `${address}.${format}` },
        ...{ encodingFormat: ENCODINGS[type] ?? type, contentSize: `${size} B`, sha256: checksum },
      }
    }),
    recordSet: toRecordSet(
      files as readonly { format: SnapshotFormat }[],
      'csv',
      'evaluations',
      'One row for each function.',
      [
        ...FUNCTION_COLUMNS,
        ...METRIC_COLUMNS,
        { name: 'runCount', type: 'sc:Integer', description: 'Number of runs of the function.' },
      ],
    ),
  }
}
