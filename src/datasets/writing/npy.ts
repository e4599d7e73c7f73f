/** Types of the numbers: little-endian float32, and bytes. */
export type NpyType = '<f4' | '|u1'

/**
 * The header of a file in NumPy's format, version 1.0, for an array of this shape in C order. The bytes of the array follow
 * the header. Its length is a multiple of 64, so that the file can be mapped into memory.
 */
export function makeNpyHeader(shape: readonly number[], type: NpyType = '<f4'): Buffer {
  const axes = shape.length === 1 ? `${shape[0]},` : shape.join(', ')
  return makeHeader(`'${type}'`, axes)
}

function makeHeader(type: string, axes: string): Buffer {
  const description = `{'descr': ${type}, 'fortran_order': False, 'shape': (${axes}), }`
  const length = Math.ceil((MAGIC.length + 2 + description.length + 1) / 64) * 64
  const header = Buffer.alloc(length, ' ')
  MAGIC.copy(header)
  header.writeUInt16LE(length - MAGIC.length - 2, MAGIC.length)
  header.write(description, MAGIC.length + 2, 'latin1')
  header[length - 1] = 0x0a
  return header
}

/** The same for records of float32 numbers with these names. */
export function makeNpyRecordHeader(rows: number, names: readonly string[]): Buffer {
  return makeHeader(`[${names.map((name) => `('${name}', '<f4')`).join(', ')}]`, `${rows},`)
}

/** The bytes of a row of NaN in such a file. */
export function makeNanRow(columns: number): Buffer {
  const row = Buffer.alloc(4 * columns)
  for (let i = 0; i < columns; i++) row.writeFloatLE(Number.NaN, 4 * i)
  return row
}

const MAGIC = Buffer.from('\x93NUMPY\x01\x00', 'latin1')
