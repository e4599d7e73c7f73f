/**
 * The header of a file in NumPy's format, version 1.0, for a little-endian float32 matrix of this shape in C order. The
 * bytes of the matrix follow the header. Its length is a multiple of 64, so that the file can be mapped into memory.
 */
export function makeNpyHeader(rows: number, columns: number): Buffer {
  const description = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${columns}), }`
  const length = Math.ceil((MAGIC.length + 2 + description.length + 1) / 64) * 64
  const header = Buffer.alloc(length, ' ')
  MAGIC.copy(header)
  header.writeUInt16LE(length - MAGIC.length - 2, MAGIC.length)
  header.write(description, MAGIC.length + 2, 'latin1')
  header[length - 1] = 0x0a
  return header
}

/** The bytes of a row of NaN in such a file. */
export function makeNanRow(columns: number): Buffer {
  const row = Buffer.alloc(4 * columns)
  for (let i = 0; i < columns; i++) row.writeFloatLE(Number.NaN, 4 * i)
  return row
}

const MAGIC = Buffer.from('\x93NUMPY\x01\x00', 'latin1')
