import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import {
  FASHION_FOLDER,
  openFashionOriginals,
  openFashionPictures,
  writeFashionPictures,
} from '../../../src/networks/tasks/fashion-files.js'
import { encodeIdx } from '../../../src/networks/tasks/idx-file.js'
import { accuracyOfLinearModel, pictureOf } from '../linear-model.js'

const root = mkdtempSync(join(tmpdir(), 'fashion-'))
after(() => rmSync(root, { recursive: true }))
const copy = (name: string): string => {
  cpSync(FASHION_FOLDER, join(root, name), { recursive: true })
  return join(root, name)
}

describe('The pictures that ship with the product', () => {
  const task = openFashionPictures()

  it('have three splits of 16 × 16 pixels with every class equally often', () => {
    for (const split of [task.train, task.validation, task.test]) {
      assert.deepEqual(split.shape, [16, 16, 1])
      for (let label = 0; label < 10; label++) {
        assert.equal(split.labels.filter((one) => one === label).length, split.count / 10)
      }
    }
    assert.ok(task.validation.count >= 2000)
  })

  it('are standardised by the training pictures, and no picture is in two splits', () => {
    const splits = [task.train, task.validation, task.test]
    const all = splits.flatMap((split) => Array.from({ length: split.count }, (_, i) => pictureOf(split, i).join()))
    assert.equal(new Set(all).size, all.length)
    const numbers = task.train.read(Array.from({ length: task.train.count }, (_, i) => i))
    const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length
    const variance = numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0) / numbers.length
    assert.ok(Math.abs(mean) < 1e-3 && Math.abs(variance - 1) < 1e-3)
  })

  it('are too hard for a linear model', () => {
    const accuracy = accuracyOfLinearModel(task.train, task.validation, task.classes)
    assert.ok(accuracy > 0.2 && accuracy < 0.35, `a linear model is right for ${accuracy}`)
  })

  it('come with the licence of the photographs', () => {
    assert.match(readFileSync(join(FASHION_FOLDER, 'LICENSE'), 'utf8'), /MIT License[\s\S]*2017 Zalando SE/)
  })
})

describe('A folder of pictures', () => {
  it('gives the pictures that were written to it', () => {
    const grey = (count: number) => ({
      size: 4,
      pixels: Uint8Array.from({ length: count * 16 }, (_, i) => (i * 37) % 256),
      labels: Uint8Array.from({ length: count }, (_, i) => i % 10),
    })
    const pictures = { train: grey(20), validation: grey(10), test: grey(10) }
    const options = { seed: 3, size: 4, trainCount: 20, validationCount: 10, testCount: 10, rotation: 0, shift: 0 }
    const folder = join(root, 'written')
    writeFashionPictures(folder, pictures, { ...options, scale: [1, 1] })
    const { train, validation } = openFashionPictures(folder)
    assert.deepEqual([train.count, train.shape, validation.count], [20, [4, 4, 1], 10])
    assert.deepEqual(train.labels, pictures.train.labels)
    const [dark, light] = train.read([7]).slice(0, 2)
    assert.ok(light > dark)
    assert.deepEqual(JSON.parse(readFileSync(join(folder, 'pictures.json'), 'utf8')).options.seed, 3)
    assert.match(readFileSync(join(folder, 'LICENSE'), 'utf8'), /Zalando SE/)
  })

  it('is refused with the name of the file that is missing or was changed', () => {
    const empty = join(root, 'empty')
    assert.throws(() => openFashionPictures(empty), { message: /pictures\.json: expected the description/ })
    const changed = copy('changed')
    const file = 'validation-labels-idx1-ubyte.gz'
    writeFileSync(join(changed, file), gzipSync(encodeIdx({ lengths: [10], values: new Uint8Array(10) })))
    assert.throws(() => openFashionPictures(changed), {
      message: /validation-labels.*: expected SHA-256 \w+ unc.*, got/,
    })
    const cut = copy('cut')
    truncateSync(join(cut, 'test-images-idx3-ubyte.gz'), 1000)
    assert.throws(() => openFashionPictures(cut), { message: /test-images.*: expected a complete gzip file/ })
    const missing = copy('missing')
    rmSync(join(missing, 'train-images-idx3-ubyte.gz'))
    assert.throws(() => openFashionPictures(missing), { message: /train-images.*: expected an IDX file, got nothing/ })
  })
})

describe('The published files', () => {
  it('are refused if one is missing or is another file', () => {
    const folder = join(root, 'originals')
    assert.throws(() => openFashionOriginals(folder), { message: /train-images-idx3-ubyte\.gz: expected an IDX file/ })
    cpSync(join(FASHION_FOLDER, 'train-images-idx3-ubyte.gz'), join(folder, 'train-images-idx3-ubyte.gz'))
    assert.throws(() => openFashionOriginals(folder), {
      message: /: expected the published file \(MD5 f4a8712d7a061bf5bd6d2ca38dc4d50a uncompressed\), got MD5 \w+$/,
    })
  })
})
