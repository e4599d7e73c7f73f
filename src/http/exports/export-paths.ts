import { ActbenchError } from '../../errors.js'
import { ACTIVATION_FORMATS, type ActivationFormat } from '../../services/exports/activations-export.js'
import { EXPORT_FORMAT_NAMES, EXPORT_FORMATS, type ExportFormat } from '../../services/exports/export-formats.js'

/** What an address below /export asks for. */
export type ExportPath =
  | { readonly kind: 'LIST'; readonly dataset: string | null }
  | { readonly kind: 'ABOUT'; readonly dataset: string }
  | { readonly kind: 'DATASET'; readonly dataset: string; readonly format: ExportFormat; readonly isChecksum: boolean }
  | { readonly kind: 'ACTIVATIONS'; readonly format: ActivationFormat; readonly isChecksum: boolean }

const ABOUT_SUFFIX = '.about.json'
const CHECKSUM_SUFFIX = '.sha256'
const NAME = /^[a-z0-9-]{1,64}$/

/** Reads the rest of a path after /export/. Throws NOT_FOUND. */
export function parseExportPath(rest: string): ExportPath {
  const folder = rest.replace(/\/$/, '')
  if (folder === '') return { kind: 'LIST', dataset: null }
  if (NAME.test(folder)) return { kind: 'LIST', dataset: folder }
  const isChecksum = rest.endsWith(CHECKSUM_SUFFIX)
  const path = isChecksum ? rest.slice(0, -CHECKSUM_SUFFIX.length) : rest
  for (const format of Object.keys(ACTIVATION_FORMATS) as ActivationFormat[]) {
    if (path === `activations.${format}`) return { kind: 'ACTIVATIONS', format, isChecksum }
  }
  const dataset = nameBefore(rest, ABOUT_SUFFIX)
  if (dataset !== null) return { kind: 'ABOUT', dataset }
  for (const format of EXPORT_FORMAT_NAMES) {
    const dataset = nameBefore(path, EXPORT_FORMATS[format].pathSuffix)
    if (dataset !== null) return { kind: 'DATASET', dataset, format, isChecksum }
  }
  const suffixes = [ABOUT_SUFFIX, ...EXPORT_FORMAT_NAMES.map((format) => EXPORT_FORMATS[format].pathSuffix)].join(', ')
  const expected = `expected /export/<dataset> and one of ${suffixes}, each with or without ${CHECKSUM_SUFFIX}; /export/ lists all`
  throw new ActbenchError('NOT_FOUND', `path: there is no such export; ${expected}`)
}

function nameBefore(path: string, suffix: string): string | null {
  const name = path.slice(0, -suffix.length)
  return path.endsWith(suffix) && NAME.test(name) ? name : null
}
