// Packed lists are in network order, as `int4send` and `float8send` of PostgreSQL write them.

/** The numbers of a packed list of 4-byte integers. */
export function toIntegers(bytes: Buffer): Int32Array {
  return new Int32Array(copyOf(bytes).swap32().buffer)
}

/** The numbers of a packed list of doubles. */
export function toDoubles(bytes: Buffer): Float64Array {
  return new Float64Array(copyOf(bytes).swap64().buffer)
}

/** Packs 4-byte integers. */
export function packIntegers(numbers: Int32Array): Buffer {
  return copyOf(Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength)).swap32()
}

/** Small buffers share their memory with others, at any offset. */
function copyOf(bytes: Buffer): Buffer {
  const copy = Buffer.from(new ArrayBuffer(bytes.length))
  bytes.copy(copy)
  return copy
}
