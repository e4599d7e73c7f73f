/**
 * The error for a malformed file, with the offset of the wrong byte: counted from 0, after decompression. The message names
 * the file instead if it is given, because a byte of a Parquet file helps nobody.
 */
export class MalformedFileError extends Error {
  override readonly name = 'MalformedFileError'

  constructor(
    readonly byteOffset: number,
    readonly problem: string,
    readonly file: string | null = null,
  ) {
    super(`${file ?? `byte ${byteOffset}`}: ${problem}`)
  }
}

/** Names a byte for a message: as a character if it is visible. */
export function describeByte(byte: number | undefined): string {
  if (byte === undefined) return 'the end of the file'
  return byte > 0x20 && byte < 0x7f ? `'${String.fromCharCode(byte)}'` : `byte 0x${byte.toString(16).padStart(2, '0')}`
}
