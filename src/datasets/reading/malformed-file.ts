/** A file that is not what it should be, with the byte at which that shows: counted from 0, after decompression. */
export class MalformedFileError extends Error {
  override readonly name = 'MalformedFileError'

  constructor(
    readonly byteOffset: number,
    readonly problem: string,
  ) {
    super(`byte ${byteOffset}: ${problem}`)
  }
}

/** Names a byte in a message: the character where it has one to show. */
export function describeByte(byte: number | undefined): string {
  if (byte === undefined) return 'the end of the file'
  return byte > 0x20 && byte < 0x7f ? `'${String.fromCharCode(byte)}'` : `byte 0x${byte.toString(16).padStart(2, '0')}`
}
