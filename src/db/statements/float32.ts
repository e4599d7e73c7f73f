import { endianness } from 'node:os'

/** The stored form of a vector: little-endian float32, four bytes per number. It may share the vector's memory. */
export function toLittleEndianBytes(values: Float32Array): Uint8Array<ArrayBuffer> {
  if (IS_LITTLE_ENDIAN && values.buffer instanceof ArrayBuffer) {
    return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  }
  const bytes = new Uint8Array(values.length * 4)
  const view = new DataView(bytes.buffer)
  for (let i = 0; i < values.length; i++) view.setFloat32(i * 4, values[i], true)
  return bytes
}

/** The vector in stored bytes. */
export function toFloat32Array(bytes: Uint8Array): Float32Array {
  const values = new Float32Array(bytes.byteLength / 4)
  if (IS_LITTLE_ENDIAN) {
    new Uint8Array(values.buffer).set(bytes)
    return values
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let i = 0; i < values.length; i++) values[i] = view.getFloat32(i * 4, true)
  return values
}

const IS_LITTLE_ENDIAN = endianness() === 'LE'
