const BLOCK = 512

/** A file in a tar archive. */
export interface TarEntry {
  readonly name: string
  readonly bytes: Buffer
}

/** The file as part of an archive: a header and the content, filled up to whole blocks. Names have at most 100 bytes. */
export function formatTarEntry({ name, bytes }: TarEntry): Buffer {
  const header = Buffer.alloc(BLOCK)
  header.write(name, 0, 100)
  header.write('0000600\0', 100)
  header.write('0000000\0', 108)
  header.write('0000000\0', 116)
  header.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124)
  header.write('00000000000\0', 136)
  header.write('        ', 148)
  header.write('0ustar\0' + '00', 156)
  header.write(`${sumOf(header).toString(8).padStart(6, '0')}\0 `, 148)
  return Buffer.concat([header, bytes, Buffer.alloc(-bytes.length & (BLOCK - 1))])
}

/** The message of the error for an archive that ends before its end. */
export const CUT = 'the archive ends too early'

/** The end of an archive. */
export const TAR_END = Buffer.alloc(2 * BLOCK)

/** Reads an archive that `formatTarEntry` wrote. Throws if it has another form, or if it ends before its end. */
export async function* readTar(chunks: AsyncIterable<Buffer>): AsyncGenerator<TarEntry, void, void> {
  const iterator = chunks[Symbol.asyncIterator]()
  let buffer: Buffer = Buffer.alloc(0)
  const take = async (size: number) => {
    const pieces = [buffer]
    let length = buffer.length
    while (length < size) {
      const { value, done } = await iterator.next()
      if (done) throw new Error(CUT)
      pieces.push(value)
      length += value.length
    }
    const all = Buffer.concat(pieces)
    buffer = all.subarray(size)
    return all.subarray(0, size)
  }
  try {
    for (;;) {
      const header = await take(BLOCK)
      if (header.every((byte) => byte === 0)) return
      const sum = Number.parseInt(header.toString('latin1', 148, 154), 8)
      const unsummed = Buffer.from(header)
      unsummed.fill(' ', 148, 156)
      const size = Number.parseInt(header.toString('latin1', 124, 135), 8)
      if (sum !== sumOf(unsummed) || !(size <= MAX_BYTES)) throw new Error('the file is damaged')
      const name = header.toString('utf8', 0, 100).replace(/\0.*$/s, '')
      const body = await take(size + (-size & (BLOCK - 1)))
      yield { name, bytes: body.subarray(0, size) }
    }
  } finally {
    await iterator.return?.()
  }
}

/** No entry of a backup is nearly as long. A longer one would fill the memory. */
const MAX_BYTES = 2 ** 30

function sumOf(header: Buffer): number {
  return header.reduce((sum, byte) => sum + byte, 0)
}
