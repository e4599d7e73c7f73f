import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { writePictures } from '../../src/bulk/write-pictures.js'
import { openNamedTask } from '../../src/networks/recipes/task-sources.js'
import { readIdx } from '../../src/networks/tasks/idx-file.js'
import type { ImageTask } from '../../src/networks/tasks/image-task.js'
import { PROJECT_ROOT } from '../../src/root.js'
import { runActbench } from '../support/actbench.js'
import { makeFolder } from '../support/folder.js'

const SPLITS = ['train', 'validation', 'test'] as const

for (const [name, own] of [
  ['fashion', 'fashion'],
  ['mini-vit', 'mini'],
] as const) {
  test(`the exported pictures of ${name} are those that networks get`, async () => {
    const { folder, description } = await exportTask(name)
    const { task } = openNamedTask(name)
    assert.equal(description.task, own)
    assert.equal(description.classes.length, 10)
    const { mean, deviation } = description.standardisation
    for (const split of SPLITS) {
      const { count, shape, labels } = task[split]
      const pictures = readNpy(folder, `${split}-pictures.npy`)
      const standardised = readNpy(folder, `${split}-standardised.npy`)
      assert.deepEqual([pictures.type, pictures.shape], ['|u1', [count, ...shape]])
      assert.deepEqual([standardised.type, standardised.shape], ['<f4', [count, ...shape]])
      const read = task[split].read(Array.from({ length: count }, (_, i) => i))
      assertSameBytes(read, standardised.bytes)
      const again = Float32Array.from(pictures.bytes, (pixel) => (pixel - mean[0]) / deviation[0])
      assertSameBytes(again, standardised.bytes)
      const found = readNpy(folder, `${split}-labels.npy`)
      assert.deepEqual([found.type, found.shape, [...found.bytes]], ['|u1', [count], [...labels]])
    }
    for (const [file, sum] of Object.entries(description.files)) {
      assert.equal(
        createHash('sha256')
          .update(readFileSync(join(folder, file)))
          .digest('hex'),
        sum,
      )
    }
    assert.deepEqual(readdirSync(folder).sort(), [...Object.keys(description.files), 'pictures.json'].sort())
  })
}

test('the exported bytes of fashion equal the shipped IDX files', () => {
  const folder = makeFolder()
  writePictures(openNamedTask('fashion'), folder)
  for (const split of SPLITS) {
    const shipped = readIdx(join(PROJECT_ROOT, `seed/fashion/${split}-images-idx3-ubyte.gz`), 3)
    assertSameBytes(shipped.values, readNpy(folder, `${split}-pictures.npy`).bytes)
  }
})

test('colour pictures keep their channels, and pictures that are not of 8 bits have no bytes', () => {
  const standardisation = { mean: [100, 50], deviation: [20, 0] }
  const pixels = [120, 51, 80, 49, 0, 50, 255, 55]
  const numbers = pixels.map((pixel, i) => (i % 2 === 0 ? (pixel - 100) / 20 : pixel - 50))
  const split = { count: 1, shape: [2, 2, 2] as [number, number, number], labels: Uint8Array.of(1) }
  const one = { ...split, read: () => Float32Array.from(numbers) }
  const task: ImageTask = { classes: 2, train: one, validation: one, test: one, standardisation }
  const folder = makeFolder()
  const named = { name: 'colour', task, classNames: null, licence: null }
  assert.deepEqual(writePictures(named, folder).shape, [2, 2, 2])
  assert.deepEqual([...readNpy(folder, 'test-pictures.npy').bytes], pixels)
  const { standardisation: _, ...plain } = task
  assert.equal('train-pictures.npy' in writePictures({ ...named, task: plain }, makeFolder()).files, false)
  const wrong = { ...task, standardisation: { ...standardisation, mean: [100.5, 50] } }
  assert.throws(() => writePictures({ ...named, task: wrong }, makeFolder()), /expected pixels of 8 bits, got 120\.5/)
})

test('an unknown task is refused with the names of all tasks', async () => {
  const { status, stderr } = await runActbench(['task', 'export', 'cats', makeFolder()], {})
  assert.equal(status, 1)
  assert.match(
    stderr,
    /^actbench: task: no such task or dataset; expected one of fashion, mini, fashion-cnn, .*, got "cats"$/m,
  )
})

async function exportTask(name: string) {
  const folder = join(makeFolder(), 'deep', name)
  const { status, stdout, stderr } = await runActbench(['task', 'export', name, folder], {})
  assert.equal(status, 0, stderr)
  assert.match(
    stdout,
    /: (fashion, 6000 train, 3000 validation, 3000 test|mini, 4096 train, 2048 validation, 2048 test) pictures$/m,
  )
  return { folder, description: JSON.parse(readFileSync(join(folder, 'pictures.json'), 'utf8')) }
}

/** Faster than deepEqual, which compares number by number. */
function assertSameBytes(values: Float32Array | Uint8Array, bytes: Buffer): void {
  assert.ok(Buffer.from(values.buffer, values.byteOffset, values.byteLength).equals(bytes), 'the numbers differ')
}

/** An independent reader of NumPy's format, version 1.0. */
function readNpy(folder: string, name: string): { type: string; shape: number[]; bytes: Buffer } {
  const file = readFileSync(join(folder, name))
  assert.equal(file.subarray(0, 8).toString('latin1'), '\x93NUMPY\x01\x00')
  const start = 10 + file.readUInt16LE(8)
  assert.equal(start % 64, 0)
  const [, type, shape] =
    /^\{'descr': '(.*?)', 'fortran_order': False, 'shape': \((.*?)\), \} *\n$/.exec(
      file.subarray(10, start).toString('latin1'),
    ) ?? []
  const axes = shape.split(',').filter((axis) => axis.trim() !== '')
  const bytes = Buffer.from(file.subarray(start))
  const lengths = axes.map(Number)
  assert.equal(
    bytes.length,
    lengths.reduce((product, axis) => product * axis, type === '<f4' ? 4 : 1),
  )
  return { type, shape: lengths, bytes }
}
