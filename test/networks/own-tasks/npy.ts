/** The bytes of a NumPy file, as numpy.save writes them. */
export function encodeNpy(
  descr: string,
  lengths: readonly number[],
  values: Uint8Array | Int8Array | Int32Array | BigInt64Array | Float32Array | Float64Array,
  order: 'True' | 'False' = 'False',
): Buffer {
  const shape = lengths.length === 1 ? `${lengths[0]},` : lengths.join(', ')
  const header = `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': (${shape}), }`
  const padded = `${header.padEnd(64 * Math.ceil((header.length + 11) / 64) - 11)}\n`
  const start = Buffer.from('\x93NUMPY\x01\x00', 'latin1')
  const length = Buffer.alloc(2)
  length.writeUInt16LE(padded.length)
  const body = Buffer.from(values.buffer, values.byteOffset, values.byteLength)
  return Buffer.concat([start, length, Buffer.from(padded, 'latin1'), body])
}
