import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { checkDataFiles } from '../../../src/networks/own-tasks/data-checksums.js'
import { openOwnTask } from '../../../src/networks/own-tasks/open-own-task.js'
import { parseData } from '../../../src/networks/own-tasks/parse-data.js'
import { encodeIdx } from '../../../src/networks/tasks/idx-file.js'
import { makeFolder } from '../../support/folder.js'
import { encodeNpy } from './npy.js'

/** 40 grey pictures of 2 × 3 pixels, classes 0 and 1 in turn. */
const PIXELS = Uint8Array.from({ length: 240 }, (_, i) => (i * 37) % 200)
const LABELS = Uint8Array.from({ length: 40 }, (_, i) => i % 2)
const BASE = { train: { inputs: 'x', labels: 'y' }, split: { pick: 'last', validation: 10, test: 10 }, classes: 2 }

function write(files: Readonly<Record<string, Uint8Array | string>>): string {
  const folder = makeFolder()
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
  return folder
}

function open(folder: string, data: object) {
  return openOwnTask(folder, parseData(data, 'data'))
}

function readAll(split: { count: number; read(indices: number[]): Float32Array }): number[] {
  return [...split.read(Array.from({ length: split.count }, (_, i) => i))]
}

test('the same pictures come from IDX, NumPy and CSV files, with any order of axes', () => {
  const rows = Array.from({ length: 40 }, (_, i) => [
    LABELS[i] === 0 ? 'no' : 'yes',
    ...PIXELS.subarray(6 * i, 6 * i + 6),
  ])
  const folder = write({
    'x.idx': encodeIdx({ lengths: [40, 2, 3], values: PIXELS }),
    'y.idx': encodeIdx({ lengths: [40], values: LABELS }),
    'x.npy': encodeNpy('<f8', [40, 2, 3, 1], Float64Array.from(PIXELS)),
    'y.npy': encodeNpy('<i8', [40, 1], BigInt64Array.from([...LABELS].map(BigInt))),
    'first.npy': encodeNpy('|u1', [40, 1, 2, 3], PIXELS),
    'table.csv': `label,a,b,c,d,e,f\n${rows.map((row) => row.join(',')).join('\n')}\n`,
  })
  const idx = open(folder, { ...BASE, train: { inputs: 'x.idx', labels: 'y.idx' } })
  const others = [
    open(folder, { ...BASE, train: { inputs: 'x.npy', labels: 'y.npy' }, range: [0, 255] }),
    open(folder, { ...BASE, train: { inputs: 'first.npy', labels: 'y.npy' }, axes: 'channels-first' }),
    open(folder, { ...BASE, train: { table: 'table.csv', label: 'label' }, classes: ['no', 'yes'], shape: [2, 3, 1] }),
  ]
  assert.deepEqual([idx.train.count, idx.validation.count, idx.test.count, idx.train.shape], [20, 10, 10, [2, 3, 1]])
  for (const other of others) {
    for (const split of ['train', 'validation', 'test'] as const) {
      assert.deepEqual(other[split].shape, [2, 3, 1])
      assert.deepEqual(other[split].labels, idx[split].labels)
      assert.deepEqual(readAll(other[split]), readAll(idx[split]))
    }
  }
})

test('numbers are standardised over the training data only', () => {
  const folder = write({
    x: encodeNpy(
      '<f4',
      [40, 2],
      Float32Array.from({ length: 80 }, (_, i) => (i % 2 === 0 ? i : 7)),
    ),
    y: encodeNpy('|u1', [40], LABELS),
  })
  const { train, test: testing } = open(folder, BASE)
  const columns = [0, 1].map((column) => readAll(train).filter((_, i) => i % 2 === column))
  const mean = columns[0].reduce((sum, value) => sum + value, 0) / 20
  const square = columns[0].reduce((sum, value) => sum + value * value, 0) / 20
  assert.ok(Math.abs(mean) < 1e-6 && Math.abs(square - 1) < 1e-6, `${mean}, ${square}`)
  assert.deepEqual(new Set(columns[1]), new Set([0]))
  assert.ok(testing.read([0])[0] > 3)
  const [all] = open(folder, { ...BASE, scale: 'all' }).train.read([0])
  assert.notEqual(all, train.read([0])[0])
  assert.deepEqual([...open(folder, { ...BASE, scale: 'none', range: [0, 100] }).train.read([3])], [6, 7])
})

test('records of CIFAR-100 have fine and coarse classes', () => {
  const record = (i: number) => Buffer.concat([Buffer.from([i % 20, i % 100]), Buffer.alloc(3072, i)])
  const write100 = (count: number) => Buffer.concat(Array.from({ length: count }, (_, i) => record(i)))
  const folder = write({ 'train.bin': write100(200), 'test.bin': write100(100) })
  const data = (format: string, classes: number) => ({
    train: { records: ['train.bin'], format },
    test: { records: ['test.bin'], format },
    split: { pick: 'last', validation: 100 },
    classes,
  })
  const fine = open(folder, data('cifar-100', 100))
  assert.deepEqual([fine.train.count, fine.train.labels[99], fine.test.labels[20]], [100, 99, 20])
  const coarse = open(folder, data('cifar-100-coarse', 20))
  assert.deepEqual([coarse.train.labels[99], coarse.train.shape], [19, [32, 32, 3]])
  assert.throws(() => open(folder, data('cifar-100', 10)), {
    message: /expected data\.classes to be 100, as cifar-100 has, got 10$/,
  })
})

test('wrong data are refused in one line with file, place, expected and found value', () => {
  const x = encodeNpy('|u1', [40, 2, 3], PIXELS)
  const y = encodeNpy('|u1', [40], LABELS)
  const floats = (value: number) =>
    encodeNpy(
      '<f4',
      [40, 2],
      Float32Array.from({ length: 80 }, (_, i) => (i === 11 ? value : 0.5)),
    )
  const files = {
    ...{ x, y, x2: encodeNpy('|u1', [40, 3, 2], PIXELS), y2: encodeNpy('|u1', [40], LABELS.slice().reverse()) },
    ...{ nan: floats(Number.NaN), infinite: floats(Number.POSITIVE_INFINITY), large: floats(3) },
    pictures: encodeNpy('<f4', [40, 2, 3], new Float32Array(240)),
    'out-of-range': encodeNpy('|u1', [40], change(LABELS.slice(), 2)),
    'not-whole': encodeNpy('<f4', [40], change(Float32Array.from(LABELS), 0.5)),
    negative: encodeNpy('|i1', [40], change(Int8Array.from(LABELS), -1)),
    few: encodeNpy('|u1', [39], LABELS.subarray(1)),
    one: encodeNpy(
      '|u1',
      [40],
      LABELS.map((_, i) => (i < 30 ? i % 2 : 0)),
    ),
    'classes.csv': 'a,kind\n1,cat\n2,dgo\n',
  }
  const folder = write(files)
  mkdirSync(join(folder, 'directory'))
  const inputs = (name: string, change: object = {}) => ({ ...BASE, train: { inputs: name, labels: 'y' }, ...change })
  const labels = (name: string, change: object = {}) => ({ ...BASE, train: { inputs: 'x', labels: name }, ...change })
  const cases: [object, RegExp][] = [
    [inputs('gone'), /gone: expected a file, got nothing$/],
    [inputs('directory'), /directory: expected a file, got a folder$/],
    [
      { ...BASE, train: { inputs: 'few', labels: 'y' } },
      /few: expected 2 axes \(vectors\), .* or 4 axes \(pictures with channels\), got 1: 39$/,
    ],
    [inputs('nan'), /nan: row 5 \(from 0\) of 40 × 2 float32: expected finite values, got NaN$/],
    [inputs('infinite'), /infinite: row 5 .*: expected finite values, got Infinity$/],
    [inputs('large', { range: [0, 1] }), /large: row 5 .*: expected values from 0 to 1, as data\.range says, got 3$/],
    [inputs('x', { range: [0, 16] }), /x: row 0 .* uint8: expected values from 0 to 16, as data\.range says, got 37$/],
    [
      inputs('pictures'),
      /task\.json: data\.range: missing; expected \[least, greatest\], .* because pictures has pictures of floats$/,
    ],
    [inputs('large', { scale: 'none' }), /data\.range: missing; .* because large has floats and data\.scale is none$/],
    [inputs('x', { shape: [4, 4, 1] }), /x: expected rows of 4 × 4 × 1 numbers, as data\.shape says, got 2 × 3 × 1$/],
    [labels('out-of-range'), /out-of-range: row 7 \(from 0\): expected a whole number from 0 to 1, got 2 \(uint8\)$/],
    [labels('not-whole'), /not-whole: row 7 \(from 0\): expected a whole number from 0 to 1, got 0\.5 \(float32\)$/],
    [labels('negative'), /negative: row 7 \(from 0\): expected a whole number from 0 to 1, got -1 \(int8\)$/],
    [labels('few'), /few: expected 40 labels, as many as .*x has rows, got 39$/],
    [labels('x2'), /x2: expected one label for each row \(1 axis\), got 40 × 3 × 2 numbers$/],
    [labels('one'), /x: expected at least 1 row of class 1 in the test data, got 0$/],
    [labels('one', { classes: ['cat', 'dog'] }), /at least 1 row of class 1 \(dog\) in the test data, got 0$/],
    [labels('y', { leastPerClass: 6 }), /x: expected at least 6 rows of class 0 in the validation data, got 5$/],
    [
      labels('y', { test: { inputs: 'x2', labels: 'y2' }, split: { validation: 10 } }),
      /x2: expected rows of 2 × 3 × 1, as x has, got 3 × 2 × 1$/,
    ],
    [
      { ...BASE, classes: ['cat', 'dog'], train: { table: 'classes.csv', label: 'kind' } },
      /classes\.csv: line 3, column 'kind': expected one of the classes cat, dog, got 'dgo'$/,
    ],
    [
      { ...BASE, train: { table: 'classes.csv', label: 'kind' } },
      /line 2, column 'kind': expected a class from 0 to 1, got 'cat'$/,
    ],
  ]
  for (const [data, message] of cases) {
    assert.throws(
      () => open(folder, data),
      (error: Error) => {
        assert.match(error.message, message)
        assert.equal(error.message.split('\n').length, 1)
        return true
      },
    )
  }
})

test('a file with another checksum is refused', () => {
  const folder = write({ x: 'abc', y: 'def' })
  const sums = checkDataFiles(folder, parseData(BASE, 'data'))
  assert.equal(sums.x, 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  const data = parseData({ ...BASE, sha256: { x: sums.x, y: sums.x } }, 'data')
  assert.throws(() => checkDataFiles(folder, data), {
    message: `${join(folder, 'y')}: expected SHA-256 ${sums.x}, got ${sums.y}`,
  })
})

function change<List extends Uint8Array | Int8Array | Float32Array>(list: List, value: number): List {
  list[7] = value
  return list
}
