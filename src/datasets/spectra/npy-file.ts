import { type FileHandle, open } from 'node:fs/promises'

/** A matrix in a file of NumPy's format. Rows are read a few at a time, so memory does not grow with the file. */
export interface NpyMatrix {
  readonly rows: number
  readonly columns: number
  /** Offset of the first number in the file. */
  readonly start: number
  /** Number of bytes of a row. */
  readonly rowBytes: number
  /** The rows in their order, as float32. */
  readRows(): AsyncGenerator<Float32Array, void, void>
  close(): Promise<void>
}

const MAGIC = Buffer.from('\x93NUMPY', 'latin1')

/** Whether a file begins as NumPy's files do. */
export function isNpy(first: Uint8Array): boolean {
  return MAGIC.equals(first.subarray(0, MAGIC.length))
}

/**
 * Opens a matrix of float32 or float64 numbers, of either byte order, in C or Fortran order. Throws an error that names the
 * file, the expected and the found value.
 */
export async function openNpy(path: string): Promise<NpyMatrix> {
  const file = await openSource(path)
  try {
    const header = await readHeader(file)
    const { rows, columns, start, type } = header
    const expected = start + rows * columns * type.bytes
    const { size } = await file.handle.stat()
    if (size !== expected) {
      throw new Error(
        `${path}: expected ${expected} bytes for ${rows} × ${columns} numbers of ${type.bytes}, got ${size}`,
      )
    }
    const rowBytes = columns * type.bytes
    return { rows, columns, start, rowBytes, readRows: () => readRows(file, header), close: () => file.handle.close() }
  } catch (error) {
    await file.handle.close()
    throw error
  }
}

interface Source {
  readonly path: string
  readonly handle: FileHandle
}

async function openSource(path: string): Promise<Source> {
  return { path, handle: await open(path) }
}

interface NumberType {
  readonly bytes: 4 | 8
  readonly isLittleEndian: boolean
}

interface Header {
  readonly rows: number
  readonly columns: number
  readonly start: number
  readonly type: NumberType
  readonly isFortran: boolean
}

const TYPES: Readonly<Record<string, NumberType>> = {
  '<f4': { bytes: 4, isLittleEndian: true },
  '<f8': { bytes: 8, isLittleEndian: true },
  '>f4': { bytes: 4, isLittleEndian: false },
  '>f8': { bytes: 8, isLittleEndian: false },
}

async function readHeader(file: Source): Promise<Header> {
  const { path } = file
  const fail = (expected: string, found: string, hint = '') => {
    throw new Error(`${path}: expected ${expected}, got ${found}${hint}`)
  }
  const begin = await readBytes(file, 0, 12)
  if (!isNpy(begin)) fail("NumPy's format (numpy.save)", 'another file')
  const isLong = begin[6] > 1
  const length = isLong ? begin.readUInt32LE(8) : begin.readUInt16LE(8)
  const start = (isLong ? 12 : 10) + length
  if (length > MAX_HEADER_BYTES) fail(`a header of at most ${MAX_HEADER_BYTES} bytes`, `${length} bytes`)
  const text = (await readBytes(file, isLong ? 12 : 10, length)).toString('latin1')
  const descr = /'descr':\s*'([^']*)'/.exec(text)?.[1]
  const order = /'fortran_order':\s*(True|False)/.exec(text)?.[1]
  const shape = /'shape':\s*\(([^)]*)\)/.exec(text)?.[1]
  if (order === undefined || shape === undefined)
    fail('a header with descr, fortran_order and shape', text.slice(0, 80))
  const type = TYPES[descr ?? '']
  const hint = "; save it with numpy.save(file, spectra.astype('float32'))"
  if (!type)
    fail("numbers of type '<f4' (float32) or '<f8' (float64)", descr === undefined ? 'records' : `'${descr}'`, hint)
  const lengths = (shape as string).split(',').flatMap((part) => (part.trim() === '' ? [] : [Number(part)]))
  if (lengths.length !== 2) fail('a matrix with a row for each function', `an array of ${lengths.length} dimensions`)
  const [rows, columns] = lengths
  if (!(rows > 0 && columns > 0)) fail('at least one row and one column', `${rows} × ${columns}`)
  return { rows, columns, start, type, isFortran: order === 'True' }
}

const MAX_HEADER_BYTES = 65_536

/** Rows in memory at a time. */
const BLOCK_BYTES = 2 ** 25

async function* readRows(file: Source, header: Header): AsyncGenerator<Float32Array, void, void> {
  const { rows, columns, type } = header
  const height = Math.max(1, Math.floor(BLOCK_BYTES / (columns * type.bytes)))
  for (let first = 0; first < rows; first += height) {
    const count = Math.min(height, rows - first)
    const block = await (header.isFortran ? readByColumns : readByRows)(file, header, first, count)
    for (let row = 0; row < count; row++) yield block.subarray(row * columns, (row + 1) * columns)
  }
}

async function readByRows(file: Source, { columns, start, type }: Header, first: number, count: number) {
  const bytes = await readBytes(file, start + first * columns * type.bytes, count * columns * type.bytes)
  const numberAt = createReader(bytes, type)
  return Float32Array.from({ length: count * columns }, (_, i) => numberAt(i))
}

/** In Fortran order the numbers of a column follow each other, so each column of the block is one part of the file. */
async function readByColumns(file: Source, { rows, columns, start, type }: Header, first: number, count: number) {
  const block = new Float32Array(count * columns)
  for (let column = 0; column < columns; column++) {
    const bytes = await readBytes(file, start + (column * rows + first) * type.bytes, count * type.bytes)
    const numberAt = createReader(bytes, type)
    for (let row = 0; row < count; row++) block[row * columns + column] = numberAt(row)
  }
  return block
}

function createReader(bytes: Buffer, { bytes: width, isLittleEndian }: NumberType): (index: number) => number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return width === 4
    ? (index) => view.getFloat32(index * 4, isLittleEndian)
    : (index) => view.getFloat64(index * 8, isLittleEndian)
}

async function readBytes(file: Source, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length)
  let done = 0
  while (done < length) {
    const { bytesRead } = await file.handle.read(bytes, done, length - done, position + done)
    if (bytesRead === 0) {
      throw new Error(
        `${file.path}: expected ${length} bytes from byte ${position}, got ${done}; the file ends too early`,
      )
    }
    done += bytesRead
  }
  return bytes
}
