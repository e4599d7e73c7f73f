import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { openNpy } from '../../../src/datasets/spectra/npy-file.js'
import { makeNpyHeader } from '../../../src/datasets/writing/npy.js'
import { makeNpy } from '../../support/fixtures/spectra-files.js'
import { makeFolder } from '../../support/folder.js'

/** What numpy 2 wrote after the header of the matrix [[0.25, 0.5, 1], [0, 0.125, 1]]. */
const WRITTEN: [descr: string, isFortran: boolean, base64: string][] = [
  ["'<f4'", false, 'AACAPgAAAD8AAIA/AAAAAAAAAD4AAIA/'],
  ["'<f8'", false, 'AAAAAAAA0D8AAAAAAADgPwAAAAAAAPA/AAAAAAAAAAAAAAAAAADAPwAAAAAAAPA/'],
  ["'<f8'", true, 'AAAAAAAA0D8AAAAAAAAAAAAAAAAAAOA/AAAAAAAAwD8AAAAAAADwPwAAAAAAAPA/'],
  ["'<f4'", true, 'AACAPgAAAAAAAAA/AAAAPgAAgD8AAIA/'],
  ["'>f4'", false, 'PoAAAD8AAAA/gAAAAAAAAD4AAAA/gAAA'],
  ["'>f8'", true, 'P9AAAAAAAAAAAAAAAAAAAD/gAAAAAAAAP8AAAAAAAAA/8AAAAAAAAD/wAAAAAAAA'],
]

async function read(bytes: Buffer): Promise<number[][]> {
  const path = join(makeFolder(), 'spectra.npy')
  writeFileSync(path, bytes)
  const matrix = await openNpy(path)
  const rows: number[][] = []
  for await (const row of matrix.readRows()) rows.push([...row])
  await matrix.close()
  return rows
}

test('a matrix is read in both precisions, both byte orders and both orders of its numbers', async () => {
  for (const [descr, isFortran, base64] of WRITTEN) {
    const bytes = makeNpy(descr, isFortran, '(2, 3)', Buffer.from(base64, 'base64'))
    assert.deepEqual(
      await read(bytes),
      [
        [0.25, 0.5, 1],
        [0, 0.125, 1],
      ],
      `${descr} ${isFortran}`,
    )
  }
})

test('a matrix that needs several blocks is read whole, in both orders', async () => {
  const [rows, columns] = [5, 2 ** 21]
  const numberAt = (row: number, column: number) => row * 8 + (column % 7)
  for (const isFortran of [false, true]) {
    const [height, width] = isFortran ? [2 ** 21, 5] : [rows, columns]
    const numbers = new Float64Array(height * width)
    for (let row = 0; row < height; row++)
      for (let column = 0; column < width; column++)
        numbers[isFortran ? column * height + row : row * width + column] = numberAt(row, column)
    const path = join(makeFolder(), 'large.npy')
    writeFileSync(path, makeNpy("'<f8'", isFortran, `(${height}, ${width})`, Buffer.from(numbers.buffer)))
    const matrix = await openNpy(path)
    let row = 0
    for await (const values of matrix.readRows()) {
      for (const column of [0, 1, width - 1])
        if (values[column] !== numberAt(row, column)) assert.fail(`${row} ${column}`)
      row++
    }
    await matrix.close()
    assert.equal(row, height)
  }
})

test('the matrix of an export is read', async () => {
  const bytes = Buffer.concat([makeNpyHeader([2, 3]), Buffer.from(WRITTEN[0][2], 'base64')])
  assert.deepEqual(await read(bytes), [
    [0.25, 0.5, 1],
    [0, 0.125, 1],
  ])
})

test('another array is refused in one line with what was expected and found', async () => {
  const numbers = Buffer.alloc(24)
  const cases: [Buffer, RegExp][] = [
    [
      makeNpy("'<f2'", false, '(2, 3)', numbers),
      /spectra\.npy: expected numbers of type '<f4'.* or '<f8'.*, got '<f2'; save it with/,
    ],
    [makeNpy("'<i8'", false, '(1, 3)', numbers), /got '<i8'/],
    [makeNpy("'|O'", false, '(1, 3)', numbers), /got '\|O'/],
    [makeNpy("[('a', '<f4')]", false, '(6,)', numbers), /got records/],
    [
      makeNpy("'<f4'", false, '(6,)', numbers),
      /expected a matrix with a row for each function, got an array of 1 dimensions/,
    ],
    [makeNpy("'<f4'", false, '(1, 2, 3)', numbers), /got an array of 3 dimensions/],
    [makeNpy("'<f4'", false, '(0, 3)', Buffer.alloc(0)), /expected at least one row and one column, got 0 × 3/],
    [makeNpy("'<f4'", false, '(2, 3)', numbers.subarray(1)), /expected 152 bytes for 2 × 3 numbers of 4, got 151/],
    [makeNpy("'<f4'", false, '(2, 3)', Buffer.alloc(28)), /expected 152 bytes .*, got 156/],
    [Buffer.from('expression,val_acc\n'), /expected NumPy's format/],
    [Buffer.from(''), /spectra\.npy/],
  ]
  for (const [bytes, message] of cases) await assert.rejects(read(bytes), { message })
})
