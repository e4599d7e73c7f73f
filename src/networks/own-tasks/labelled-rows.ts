import { join } from 'node:path'
import { openArray } from '../tasks/array-file.js'
import { readCsvTable } from '../tasks/csv-table.js'
import { refuseFile } from '../tasks/data-error.js'
import { openImageRecords, type RecordFormat, visitRecords } from '../tasks/image-records.js'
import { nameType } from '../tasks/number-type.js'
import { readLabels } from './labels.js'
import type { DataDefinition, DataSource, RecordFormatName } from './task-definition.js'

/** Rows of numbers with their classes. */
export interface LabelledRows {
  /** The file with the numbers, for messages. */
  readonly file: string
  readonly count: number
  /** Height × width × channels of a picture, or the number of values of a vector. */
  readonly shape: readonly number[]
  /** Whether the numbers are stored as floats. */
  readonly isFloat: boolean
  readonly labels: Uint8Array
  /** Calls `onRow` with the numbers of each of these rows, channels last. They are valid until it returns. */
  visit(rows: ArrayLike<number>, onRow: (values: Float64Array, i: number) => void): void
  /** Says where a row is, such as `row 5` or `line 7`. */
  placeOf(row: number): string
}

type Interpretation = Pick<DataDefinition, 'classes' | 'classNames' | 'shape' | 'axes'>

/**
 * Opens the files of a source. Numbers stay in the file or in the type in which it has them. Throws an error of one line that
 * names the file, the expected and the found value if a file is missing or malformed, or if a label is not a class.
 */
export function openRows(folder: string, source: DataSource, data: Interpretation): LabelledRows {
  switch (source.kind) {
    case 'arrays':
      return openArrays(join(folder, source.inputs), join(folder, source.labels), data)
    case 'table':
      return openTable(join(folder, source.table), source, data)
    case 'records':
      return openRecords(
        source.records.map((file) => join(folder, file)),
        source.format,
        data,
      )
  }
}

function openArrays(file: string, labelFile: string, data: Interpretation): LabelledRows {
  const array = openArray(file)
  const { count, lengths, type } = array
  if (lengths.length < 2 || lengths.length > 4) {
    refuseFile(
      file,
      '2 axes (vectors), 3 axes (grey pictures) or 4 axes (pictures with channels)',
      `${lengths.length}: ${lengths.join(' × ')}`,
    )
  }
  const stored = lengths.slice(1)
  const { shape, order } = arrange(file, stored, data)
  const labels = readLabels(labelFile, data)
  if (labels.length !== count)
    refuseFile(labelFile, `${count} labels, as many as ${file} has rows`, String(labels.length))
  return {
    file,
    count,
    shape,
    isFloat: type.kind === 'float',
    labels,
    visit: (rows, onRow) => array.visit(toIterable(rows), (values, i) => onRow(order(values), i)),
    placeOf: (row) => `row ${row} (from 0) of ${lengths.join(' × ')} ${nameType(type)}`,
  }
}

function openTable(
  file: string,
  { label, ignored }: { label: string; ignored: readonly string[] },
  data: Interpretation,
): LabelledRows {
  const table = readCsvTable(file, { label, ignored })
  const width = table.columns.length
  const { shape, order } = arrange(file, [width], data)
  const labels = Uint8Array.from(table.labels, (text, row) => {
    const found = data.classNames ? data.classNames.indexOf(text) : /^\d{1,3}(\.0+)?$/.test(text) ? Number(text) : -1
    if (found >= 0 && found < data.classes) return found
    const expected = data.classNames
      ? `one of the classes ${data.classNames.slice(0, 10).join(', ')}`
      : `a class from 0 to ${data.classes - 1}`
    refuseFile(`${file}: line ${table.lines[row]}, column '${label}'`, expected, `'${text.slice(0, 40)}'`)
  })
  return {
    file,
    count: table.count,
    shape,
    isFloat: table.values.some((value) => !Number.isInteger(value)),
    labels,
    visit(rows, onRow) {
      for (let i = 0; i < rows.length; i++) {
        onRow(order(table.values.subarray(rows[i] * width, (rows[i] + 1) * width)), i)
      }
    },
    placeOf: (row) => `line ${table.lines[row]}`,
  }
}

const RECORDS: Readonly<Record<RecordFormatName, RecordFormat>> = {
  'cifar-10': { height: 32, width: 32, channels: 3, classes: 10 },
  'cifar-100': { height: 32, width: 32, channels: 3, classes: 100, header: { bytes: 2, labelAt: 1 } },
  'cifar-100-coarse': { height: 32, width: 32, channels: 3, classes: 20, header: { bytes: 2, labelAt: 0 } },
}

function openRecords(files: readonly string[], name: RecordFormatName, data: Interpretation): LabelledRows {
  const format = RECORDS[name]
  if (data.classes !== format.classes) {
    refuseFile(files[0], `data.classes to be ${format.classes}, as ${name} has`, String(data.classes))
  }
  const records = openImageRecords(files, format)
  const { shape, order } = arrange(files[0], [3, 32, 32], { ...data, axes: 'channels-first' })
  const planes = new Float64Array(3 * 32 * 32)
  return {
    file: files[0],
    count: records.labels.length,
    shape,
    isFloat: false,
    labels: records.labels,
    visit: (rows, onRow) =>
      visitRecords(records, rows, (pixels, i) => {
        planes.set(pixels)
        onRow(order(planes), i)
      }),
    placeOf: (row) => `record ${row} (from 0)`,
  }
}

/** The shape of a row, and a function that brings its numbers into the order channels last. */
function arrange(
  file: string,
  stored: readonly number[],
  { shape: wanted, axes }: Pick<DataDefinition, 'shape' | 'axes'>,
): { shape: readonly number[]; order: (values: Float64Array) => Float64Array } {
  const isFirst = axes === 'channels-first'
  const [a, b, c] = stored
  const natural = stored.length === 3 ? (isFirst ? [b, c, a] : stored) : stored.length === 2 ? [a, b, 1] : stored
  const shape = wanted ?? natural
  const isSame = stored.length === 1 ? sizeOf(shape) === sizeOf(stored) : shape.join() === natural.join()
  if (!isSame) refuseFile(file, `rows of ${shape.join(' × ')} numbers, as data.shape says`, natural.join(' × '))
  if (!isFirst || shape.length !== 3 || shape[2] === 1) return { shape, order: (values) => values }
  const [height, width, channels] = shape
  const positions = height * width
  const ordered = new Float64Array(positions * channels)
  return {
    shape,
    order(values) {
      for (let channel = 0; channel < channels; channel++) {
        for (let at = 0; at < positions; at++) ordered[at * channels + channel] = values[channel * positions + at]
      }
      return ordered
    },
  }
}

function sizeOf(lengths: readonly number[]): number {
  return lengths.reduce((product, length) => product * length, 1)
}

function* toIterable(rows: ArrayLike<number>): Generator<number, void, undefined> {
  for (let i = 0; i < rows.length; i++) yield rows[i]
}
