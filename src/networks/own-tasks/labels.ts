import { openArray } from '../tasks/array-file.js'
import { refuseFile } from '../tasks/data-error.js'
import { nameType } from '../tasks/number-type.js'

/**
 * Reads the labels of an IDX or NumPy file: one whole number from 0 for each row, stored as any type. Throws an error that
 * names the file and the row if a label is not whole or not a class.
 */
export function readLabels(file: string, { classes }: { readonly classes: number }): Uint8Array {
  const array = openArray(file)
  const { count, lengths, type } = array
  const isList = lengths.length === 1 || (lengths.length === 2 && lengths[1] === 1)
  if (!isList) refuseFile(file, 'one label for each row (1 axis)', `${lengths.join(' × ')} numbers`)
  const labels = new Uint8Array(count)
  array.visit(rangeTo(count), ([label], row) => {
    if (!Number.isInteger(label) || label < 0 || label >= classes) {
      refuseFile(
        `${file}: row ${row} (from 0)`,
        `a whole number from 0 to ${classes - 1}`,
        `${label} (${nameType(type)})`,
      )
    }
    labels[row] = label
  })
  return labels
}

/** The numbers from 0 up to, but without, `end`. */
export function* rangeTo(end: number): Generator<number, void, undefined> {
  for (let i = 0; i < end; i++) yield i
}
