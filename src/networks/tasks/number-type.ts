/** How a file stores a number. */
export interface NumberType {
  readonly kind: 'unsigned' | 'signed' | 'float'
  readonly bytes: 1 | 2 | 4 | 8
  readonly isLittleEndian: boolean
}

/** Decodes all numbers in these bytes. Whole numbers of 8 bytes keep 53 bits. */
export function decodeNumbers(bytes: Uint8Array, type: NumberType, target: Float64Array): void {
  if (type.kind === 'unsigned' && type.bytes === 1) {
    target.set(bytes)
    return
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const read = readerOf(type)
  for (let i = 0; i < target.length; i++) target[i] = read(view, i * type.bytes)
}

/** Such as `uint8` or `float32`. */
export function nameType({ kind, bytes }: NumberType): string {
  return `${{ unsigned: 'uint', signed: 'int', float: 'float' }[kind]}${8 * bytes}`
}

function readerOf({ kind, bytes, isLittleEndian: little }: NumberType): (view: DataView, at: number) => number {
  if (kind === 'float') {
    return bytes === 4 ? (view, at) => view.getFloat32(at, little) : (view, at) => view.getFloat64(at, little)
  }
  const isSigned = kind === 'signed'
  switch (bytes) {
    case 1:
      return isSigned ? (view, at) => view.getInt8(at) : (view, at) => view.getUint8(at)
    case 2:
      return isSigned ? (view, at) => view.getInt16(at, little) : (view, at) => view.getUint16(at, little)
    case 4:
      return isSigned ? (view, at) => view.getInt32(at, little) : (view, at) => view.getUint32(at, little)
    case 8:
      return isSigned
        ? (view, at) => Number(view.getBigInt64(at, little))
        : (view, at) => Number(view.getBigUint64(at, little))
  }
}
