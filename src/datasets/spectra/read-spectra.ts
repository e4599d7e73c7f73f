import { SPECTRUM_KEY } from '../act-bench.js'
import { detectFormat } from '../reading/file-format.js'
import type { RowIssue } from '../reading/parse-row.js'
import { openRecords, openRows, type ReadProgress, readFirst } from '../reading/read-rows.js'
import { readSpectrumCell } from '../reading/spectrum-cell.js'
import { toField } from '../reading/table-fields.js'
import type { TableRecord } from '../reading/table-records.js'
import { readExpressionList } from './expression-list.js'
import { isNpy, openNpy } from './npy-file.js'
import { type SpectrumRow, toSpectrumRow } from './spectrum-row.js'

export interface OpenedSpectra {
  readonly rows: AsyncGenerator<SpectrumRow, void, void>
  readonly progress: Pick<ReadProgress, 'fileBytes'>
}

/**
 * Reads the spectra of a file one at a time: a matrix of NumPy with a list of the expressions of its rows, JSON Lines
 * or Parquet with `fisherSpectrum`, JSON Lines as `actbench spectra` writes them, or a file in the Act-Bench format. Throws an error with the place
 * if the file is malformed.
 */
export async function openSpectra(path: string, expressionsPath?: string): Promise<OpenedSpectra> {
  const head = await readFirst(path)
  if (isNpy(head)) {
    if (expressionsPath !== undefined) return openMatrix(path, expressionsPath)
    throw new Error(`${path}: a NumPy array has no expressions; name a second file with one for each row`)
  }
  if (expressionsPath !== undefined) {
    throw new Error(
      `${path}: expected a NumPy array next to ${expressionsPath}; other files have their own expressions`,
    )
  }
  const isLines = LINE_OF_SPECTRA.test(Buffer.from(head.subarray(0, 1000)).toString('utf8').trimStart())
  const format = isLines ? 'JSON_LINES' : detectFormat(head)
  if (format === 'CSV')
    throw new Error(`${path}: a CSV has no spectra; expected NPY, JSON Lines, Parquet or the Act-Bench format`)
  return format === 'ACT_BENCH' ? openActBench(path) : openLines(path)
}

/** A long first line may end after the part of it that tells JSON Lines from other formats. */
const LINE_OF_SPECTRA = /^\{\s*"(?:expression|dataset|version|values|fisherSpectrum)"\s*:/

async function openMatrix(path: string, expressionsPath: string): Promise<OpenedSpectra> {
  const expressions = await readExpressionList(expressionsPath)
  const matrix = await openNpy(path)
  const { rows, start, rowBytes } = matrix
  if (expressions.length !== rows) {
    await matrix.close()
    const expected = `${rows} expressions, one for each row of ${path}`
    throw new Error(`${expressionsPath}: expected ${expected}, got ${expressions.length}`)
  }
  const progress = { fileBytes: 0 }
  const read = async function* () {
    let row = 0
    try {
      for await (const values of matrix.readRows()) {
        const { text: key, line } = expressions[row]
        const byteOffset = start + row * rowBytes
        row++
        progress.fileBytes = start + row * rowBytes
        // An export has a row of NaN for a function without a spectrum.
        if (values.every(Number.isNaN)) continue
        const place = `row ${row} (line ${line} of the expressions)`
        yield toSpectrumRow({ key, place, byteOffset, values: values.slice() })
      }
    } finally {
      await matrix.close()
    }
  }
  return { rows: read(), progress }
}

function openLines(path: string): OpenedSpectra {
  const { records, progress } = openRecords(path)
  const read = async function* () {
    let found = false
    for await (const record of records) {
      const row = readLine(record)
      if (row === null) continue
      found = true
      yield row
    }
    if (!found) throw new Error(`${path}: expected lines with fisherSpectrum or values, got none`)
  }
  return { rows: read(), progress }
}

/** Null for a line without a spectrum. */
function readLine({ cells, line, byteOffset }: TableRecord): SpectrumRow | null {
  const name = [...cells.keys()].find((each) => toField(each) === 'expression')
  const cell = name === undefined ? undefined : cells.get(name)
  const key = typeof cell === 'string' ? cell.trim() : ''
  const field = ['fisherSpectrum', 'fisher_spectrum', SPECTRUM_KEY, 'values'].find((each) => cells.has(each))
  if (field === undefined) return null
  const values = readSpectrumCell(cells.get(field))
  const reason = cells.get('reason')
  if (values === null && typeof reason !== 'string') return null
  return toSpectrumRow({ key, place: `line ${line}`, byteOffset, values, reason: reason as string })
}

const CONCERNED: ReadonlySet<RowIssue['code']> = new Set(['UNUSABLE_EXPRESSION', 'NOT_AN_OBJECT', 'UNUSABLE_SPECTRUM'])

function openActBench(path: string): OpenedSpectra {
  const { rows, progress } = openRows(path)
  const read = async function* () {
    let count = 0
    for await (const { key, expression, spectrum, spectrumOffset, issues } of rows) {
      count++
      const concerned = issues.filter(({ code }) => CONCERNED.has(code)).map((issue) => ({ ...issue, isKept: false }))
      if (spectrum === null && concerned.length === 0) continue
      yield {
        ...{
          key,
          place: `row ${count}`,
          byteOffset: spectrumOffset,
          values: spectrum,
          reason: null,
          issues: concerned,
        },
        expression: concerned.length > 0 ? null : expression,
      }
    }
  }
  return { rows: read(), progress }
}
