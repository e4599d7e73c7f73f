import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { openImagenette } from '../../../src/networks/tasks/imagenette.js'

describe('Opening Imagenette', () => {
  it('trains on nine tenths, validates on the last, tests on the other file', (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'imagenette-'))
    t.after(() => rmSync(folder, { recursive: true }))
    writeRecords(join(folder, 'train.bin'), 25)
    writeRecords(join(folder, 'val.bin'), 7)
    const { train, validation, test } = openImagenette(folder, { size: 4 })
    assert.deepEqual([train.count, validation.count, test.count], [23, 2, 7])
    assert.deepEqual([train.shape, validation.labels[0], test.labels[6]], [[4, 4, 3], 3, 6])
    const [first, second] = [validation.read([1]), train.read([0])]
    // Every pixel of record n is n, before channels are standardised by the mean 12 and the deviation √52.
    for (const value of first) assert.ok(Math.abs(value - 12 / Math.sqrt(52)) < 1e-5)
    for (const value of second) assert.ok(Math.abs(value + 12 / Math.sqrt(52)) < 1e-5)
    assert.throws(
      () => openImagenette(folder),
      /train\.bin: expected a multiple of 196609 bytes \(the size of a record\), found 1225$/,
    )
    assert.throws(() => openImagenette(join(folder, 'none')), /expected a folder/)
  })
})

function writeRecords(file: string, count: number): void {
  writeFileSync(
    file,
    Uint8Array.from({ length: count * 49 }, (_, i) => (i % 49 === 0 ? Math.floor(i / 49) % 10 : Math.floor(i / 49))),
  )
}
