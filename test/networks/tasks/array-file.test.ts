import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { openArray } from '../../../src/networks/tasks/array-file.js'
import { makeFolder } from '../../support/folder.js'
import { encodeNpy } from '../own-tasks/npy.js'

const NUMBERS = [0, 1, 7, -3, 100, 12]

test('numbers of every type are read, from NumPy and IDX files, plain or compressed', () => {
  const folder = makeFolder()
  const idx = (code: number, bytes: Uint8Array) =>
    Buffer.concat([Buffer.from([0, 0, code, 2, 0, 0, 0, 3, 0, 0, 0, 2]), bytes])
  const big = (write: (view: DataView, at: number, value: number) => void, size: number) => {
    const view = new DataView(new ArrayBuffer(size * NUMBERS.length))
    NUMBERS.forEach((value, i) => {
      write(view, i * size, value)
    })
    return new Uint8Array(view.buffer)
  }
  const files: Record<string, Uint8Array> = {
    'int8.npy': encodeNpy('|i1', [3, 2], Int8Array.from(NUMBERS)),
    'int32.npy': encodeNpy('<i4', [3, 2], Int32Array.from(NUMBERS)),
    'int64.npy': encodeNpy('<i8', [3, 2], BigInt64Array.from(NUMBERS.map(BigInt))),
    'float32.npy': encodeNpy('<f4', [3, 2], Float32Array.from(NUMBERS)),
    'float64.npy': encodeNpy('<f8', [3, 2], Float64Array.from(NUMBERS)),
    'big-endian.npy': encodeNpy(
      '>f8',
      [3, 2],
      big((view, at, value) => view.setFloat64(at, value), 8),
    ),
    'int8.idx': idx(9, Uint8Array.from(NUMBERS)),
    'int16.idx': idx(
      11,
      big((view, at, value) => view.setInt16(at, value), 2),
    ),
    'int32.idx': idx(
      12,
      big((view, at, value) => view.setInt32(at, value), 4),
    ),
    'float32.idx': idx(
      13,
      big((view, at, value) => view.setFloat32(at, value), 4),
    ),
    'float64.idx': idx(
      14,
      big((view, at, value) => view.setFloat64(at, value), 8),
    ),
  }
  for (const [name, bytes] of Object.entries(files)) {
    writeFileSync(join(folder, name), bytes)
    writeFileSync(join(folder, `${name}.gz`), gzipSync(bytes))
    for (const [file, mostInMemory] of [
      [name, undefined],
      [name, 0],
      [`${name}.gz`, undefined],
    ] as const) {
      const array = openArray(join(folder, file), mostInMemory)
      assert.deepEqual([array.count, array.lengths], [3, [3, 2]], file)
      const read: number[][] = []
      array.visit([2, 0], (values) => read.push([...values]))
      assert.deepEqual(
        read,
        [
          [100, 12],
          [0, 1],
        ],
        file,
      )
    }
  }
})

test('a malformed file is refused in one line with file, expected and found value', () => {
  const folder = makeFolder()
  const good = encodeNpy('|u1', [3, 2], new Uint8Array(6))
  const cases: [string, Uint8Array | null, RegExp][] = [
    ['missing.npy', null, /missing\.npy: expected a file, got nothing$/],
    ['empty.npy', new Uint8Array(), /empty\.npy: expected a NumPy file \(\.npy\) or an IDX file, got an empty file$/],
    ['text.npy', Buffer.from('1,2,3\n4,5,6\n'), /got one that starts with the bytes 312c322c$/],
    ['short.npy', good.subarray(0, -1), /short\.npy: expected 6 bytes \(3 × 2 numbers of 1\) after the header, got 5$/],
    ['long.npy', Buffer.concat([good, Buffer.alloc(2)]), /after the header, got 8$/],
    ['cut-header.npy', good.subarray(0, 40), /cut-header\.npy: expected a header of 128 bytes, got 40 bytes$/],
    ['fortran.npy', encodeNpy('|u1', [3, 2], new Uint8Array(6), 'True'), /expected C order .*, got Fortran order$/],
    ['complex.npy', encodeNpy('<c8', [3], new Float64Array(3)), /expected uint8 to uint64, .* got type '<c8'$/],
    ['half.npy', encodeNpy('<f2', [3], new Uint8Array(6)), /got type '<f2'$/],
    ['text-type.npy', encodeNpy('<U4', [3], new Uint8Array(48)), /got type '<U4'$/],
    ['none.npy', encodeNpy('|u1', [0, 2], new Uint8Array(0)), /none\.npy: expected at least one number, got 0 × 2$/],
    ['cut.npy.gz', gzipSync(good).subarray(0, 20), /cut\.npy\.gz: expected a complete gzip file, got an error: /],
    [
      'short.idx',
      Buffer.from([0, 0, 8, 1, 0, 0, 0, 3, 1, 2]),
      /expected 3 bytes \(3 numbers of 1\) after the header, got 2$/,
    ],
    ['axes.idx', Buffer.from([0, 0, 8, 3, 0, 0, 0, 3]), /axes\.idx: expected a header of 16 bytes, got 8 bytes$/],
  ]
  for (const [name, content, message] of cases) {
    if (content) writeFileSync(join(folder, name), content)
    assert.throws(() => openArray(join(folder, name)), { message }, name)
  }
  mkdirSync(join(folder, 'folder.npy'))
  assert.throws(() => openArray(join(folder, 'folder.npy')), { message: /expected a file, got a folder$/ })
})
