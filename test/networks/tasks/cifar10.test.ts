import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, beforeEach, describe, it } from 'node:test'
import { openCifar10 } from '../../../src/networks/tasks/cifar10.js'
import { CIFAR10_FILES, pixelOf, RECORD_BYTES, writeCifar10 } from '../cifar10-files.js'

const SMALL = { recordsPerFile: 20, validationCount: 30 }
const root = mkdtempSync(join(tmpdir(), 'cifar-10-'))
let count = 0
let folder: string

beforeEach(() => {
  folder = writeCifar10(join(root, String(count++)))
})
after(() => rmSync(root, { recursive: true }))

describe('Opening CIFAR-10', () => {
  it('splits training files into training and the last pictures to validate', () => {
    const { train, validation, test, classes } = openCifar10(folder, SMALL)
    assert.equal(classes, 10)
    assert.deepEqual([train.count, validation.count, test.count], [70, 30, 20])
    assert.deepEqual(train.shape, [32, 32, 3])
    assert.deepEqual([train.labels[13], validation.labels[0], test.labels[19]], [3, 0, 9])
  })

  it('orders pixels with channels last, in every file', () => {
    const { train, validation, test } = openCifar10(folder, SMALL)
    const [mean, deviation] = momentsOf([0, 1, 2, 3, 4])
    const check = (picture: Float32Array, file: number, record: number) => {
      for (const [row, column, channel] of [
        [0, 0, 0],
        [5, 31, 2],
        [31, 7, 1],
      ]) {
        const expected = (pixelOf(file, record, channel, row, column) - mean[channel]) / deviation[channel]
        const found = picture[(row * 32 + column) * 3 + channel]
        assert.ok(Math.abs(found - expected) < 1e-5, `${file}, ${record}: ${found}, expected ${expected}`)
      }
    }
    const [a, b] = halves(train.read([45, 3]))
    check(a, 2, 5)
    check(b, 0, 3)
    check(validation.read([29]), 4, 19)
    check(test.read(Uint32Array.of(7)), 5, 7)
  })

  it('standardises each channel over the training files', () => {
    const { train, validation } = openCifar10(folder, SMALL)
    const all = [train, validation].flatMap((split) => [
      ...split.read(Array.from({ length: split.count }, (_, i) => i)),
    ])
    for (let channel = 0; channel < 3; channel++) {
      const values = all.filter((_, i) => i % 3 === channel)
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
      assert.ok(Math.abs(mean) < 1e-6 && Math.abs(variance - 1) < 1e-5, `channel ${channel}: ${mean}, ${variance}`)
    }
  })

  it('expects 10,000 records in each file by default', () => {
    refuses(/data_batch_1\.bin: expected 30730000 bytes \(10000 records of 3073\), found 61460$/, {})
  })

  it('names a folder or a file that is missing', () => {
    assert.throws(() => openCifar10(join(root, 'none')), /none: expected a folder/)
    rmSync(join(folder, 'data_batch_4.bin'))
    refuses(/data_batch_4\.bin: expected a file, found nothing$/)
  })

  it('names an incomplete file, with both sizes', () => {
    truncateSync(join(folder, 'test_batch.bin'), 61459)
    refuses(/test_batch\.bin: expected 61460 bytes \(20 records of 3073\), found 61459$/)
  })

  it('names the file and the byte of an unknown class', () => {
    change('data_batch_2.bin', (bytes) => bytes.fill(10, 3 * RECORD_BYTES, 3 * RECORD_BYTES + 1))
    refuses(/data_batch_2\.bin: expected a class from 0 to 9 at byte 9219, found 10$/)
  })

  it('refuses unbalanced classes, which a repeated file would have', () => {
    change('data_batch_5.bin', (bytes) => bytes.fill(1, 0, 1))
    refuses(/expected 10 pictures of class 0 in the training files, found 9$/)
  })

  it('compares the files with SHA256SUMS if it exists', () => {
    const sums = CIFAR10_FILES.map((name) => {
      const sum = createHash('sha256')
        .update(readFileSync(join(folder, name)))
        .digest('hex')
      return `${sum}  ${name}\n`
    })
    writeFileSync(join(folder, 'SHA256SUMS'), sums.join(''))
    assert.equal(openCifar10(folder, SMALL).train.count, 70)
    change('data_batch_3.bin', (bytes) => bytes.fill(bytes[500] ^ 1, 500, 501))
    refuses(/data_batch_3\.bin: expected the SHA-256 [0-9a-f]{64} of SHA256SUMS, found [0-9a-f]{64}$/)
  })

  it('throws an error if a file shrinks after it was opened', () => {
    const { train } = openCifar10(folder, SMALL)
    truncateSync(join(folder, 'data_batch_1.bin'), RECORD_BYTES + 100)
    assert.throws(() => train.read([1]), /data_batch_1\.bin: expected 3073 bytes at byte 3073, got 100$/)
  })
})

function refuses(message: RegExp, options: Parameters<typeof openCifar10>[1] = SMALL): void {
  assert.throws(
    () => openCifar10(folder, options),
    (error: Error) => {
      assert.match(error.message, message)
      assert.ok(error.message.includes(folder))
      return true
    },
  )
}

function change(name: string, edit: (bytes: Buffer) => void): void {
  const bytes = readFileSync(join(folder, name))
  edit(bytes)
  writeFileSync(join(folder, name), bytes)
}

function halves(pictures: Float32Array): [Float32Array, Float32Array] {
  return [pictures.subarray(0, 3072), pictures.subarray(3072)]
}

function momentsOf(files: number[]): [number[], number[]] {
  const moments = [0, 1, 2].map((channel) => {
    const values = files.flatMap((file) =>
      Array.from({ length: 20 * 1024 }, (_, i) =>
        pixelOf(file, Math.floor(i / 1024), channel, Math.floor(i / 32) % 32, i % 32),
      ),
    )
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    const square = values.reduce((sum, value) => sum + value * value, 0) / values.length
    return [mean, Math.sqrt(square - mean ** 2)]
  })
  return [moments.map(([mean]) => mean), moments.map(([, deviation]) => deviation)]
}
