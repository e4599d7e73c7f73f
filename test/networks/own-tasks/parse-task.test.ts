import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseTask, readTaskFile } from '../../../src/networks/own-tasks/parse-task.js'
import { makeFolder } from '../../support/folder.js'

const SPLIT = { validation: 0.2, test: 100 }
const DATA = { train: { inputs: 'a.npy', labels: 'b.npy' }, split: SPLIT, classes: 10 }
const TASK = {
  ...{ name: 'my-task', version: '1', title: 'My task', description: 'Mine.' },
  ...{ data: DATA, network: 'all-cnn-c', recipe: {} },
}

test('a task.json has defaults for all but its names, data, network and recipe', () => {
  const { data, ...task } = parseTask(TASK, 'task.json')
  assert.deepEqual(task, {
    ...{ name: 'my-task', version: '1', title: 'My task', description: 'Mine.', license: null, citation: null },
    ...{ network: 'all-cnn-c', recipe: {}, searchSpace: ['unary(unary(x))', 'binary(unary(x),unary(x))'] },
    fisher: { batchSize: 128, seed: 0, edges: 101 },
  })
  assert.deepEqual(data, {
    ...{ train: { kind: 'arrays', ...DATA.train }, validation: null, test: null },
    split: { pick: 'random', seed: 0, ...SPLIT, stratified: false },
    ...{ classes: 10, classNames: null, shape: null, axes: 'channels-last', range: null, scale: 'channel' },
    ...{ leastPerClass: 1, sha256: {} },
  })
})

test('each wrong field is refused in one line with file, field, expected and found value', () => {
  const cases: [object, string | RegExp][] = [
    [
      { nmae: 'x' },
      "unknown key 'nmae'; expected one of name, version, title, description, license, citation, data, network, recipe, searchSpace, fisher",
    ],
    [
      { name: 'My Task' },
      'name: expected 1 to 64 lower-case letters, digits and hyphens, without a hyphen at either end, got "My Task"',
    ],
    [{ version: 1 }, 'version: expected a text such as "1", of up to 32 letters, digits, points, hyphens, got 1'],
    [{ title: '' }, 'title: expected a text of 1 to 200 characters, got ""'],
    [{ searchSpace: ['unray(x)'] }, /^task\.json: searchSpace\[0\]: unknown operator unray at position 0/],
    [{ searchSpace: [] }, 'searchSpace: expected a list of 1 to 20 entries, got []'],
    [{ fisher: { edges: 1 } }, 'fisher.edges: expected a whole number from 2 to 10001, got 1'],
    [{ data: [] }, 'data: expected an object, got []'],
    [
      data({ train: 'a.npy' }),
      /^task\.json: data\.train: expected an object with 'inputs' and 'labels', .* got "a\.npy"$/,
    ],
    [
      data({ train: { inputs: '../a.npy', labels: 'b' } }),
      'data.train.inputs: expected a path inside of the folder, such as data/train.npy, got "../a.npy"',
    ],
    [
      data({ train: { inputs: '/a.npy', labels: 'b' } }),
      'data.train.inputs: expected a path inside of the folder, such as data/train.npy, got "/a.npy"',
    ],
    [data({ train: { inputs: 'a.npy' } }), 'data.train.labels: missing'],
    [
      data({ train: { table: 'a.csv', label: 'y', id: 'z' } }),
      "data.train: unknown key 'id'; expected one of table, label, ignored",
    ],
    [
      data({ train: { records: ['a.bin'], format: 'cifar' } }),
      'data.train.format: expected one of cifar-10, cifar-100, cifar-100-coarse, got "cifar"',
    ],
    [
      data({ test: DATA.train, split: { validation: 5 } }),
      'data.test: expected files that nothing else uses, got "a.npy, as train has"',
    ],
    [
      data({ split: null }),
      "data.validation: missing; expected files, or 'split' with the share of the training files",
    ],
    [data({ split: { validation: 0.1 } }), 'data.split.test: missing'],
    [
      data({ split: { ...SPLIT, test: 1.5 } }),
      'data.split.test: expected a number of rows, or a fraction between 0 and 1, got 1.5',
    ],
    [
      data({ split: { ...SPLIT, pick: 'last', stratified: true } }),
      'data.split.stratified: expected false, because pick is last, got true',
    ],
    [
      data({ test: { inputs: 'c', labels: 'd' } }),
      'data.split.test: expected nothing, because test has files of its own, got 100',
    ],
    [
      data({ classes: 1 }),
      'data.classes: expected a whole number from 2 to 256, or a list with the names of the classes, got 1',
    ],
    [data({ classes: ['a', 'b', 'a'] }), 'data.classes: expected different names, got "\'a\' twice"'],
    [
      data({ classes: ['a', 'b\u0000'] }),
      'data.classes[1]: expected a text of 1 to 200 characters without spaces at its ends, got "b\\u0000"',
    ],
    [
      data({ shape: [8, 8] }),
      'data.shape: expected [height, width, channels] of a picture, or [values] of a vector, got [8,8]',
    ],
    [data({ range: [1, 1] }), 'data.range: expected [least, greatest], such as [0, 255], got [1,1]'],
    [data({ sha256: { 'c.npy': 'f'.repeat(64) } }), "data.sha256: unknown key 'c.npy'; expected one of a.npy, b.npy"],
    [data({ sha256: { 'a.npy': 'f00' } }), 'data.sha256[\'a.npy\']: expected 64 hexadecimal digits, got "f00"'],
  ]
  for (const [change, message] of cases) {
    const expected = typeof message === 'string' ? `task.json: ${message}` : message
    assert.throws(() => parseTask({ ...TASK, ...change }, 'task.json'), { message: expected })
  }
})

test('a file that is no JSON is refused with line and column', () => {
  const folder = makeFolder()
  const cases: [string, RegExp][] = [
    ['{\n  "name": "a",\n  "version": 1,,\n}', /task\.json: line 3, column 16: expected JSON, got ',/],
    ['{\n  "name": "a"\n', /task\.json: line 3, column 1: expected JSON, got the end of the file$/],
    ['', /task\.json: line 1, column 1: expected JSON, got the end of the file$/],
  ]
  for (const [content, message] of cases) {
    writeFileSync(join(folder, 'task.json'), content)
    assert.throws(() => readTaskFile(folder), { message })
  }
  writeFileSync(join(folder, 'task.json'), `\uFEFF${JSON.stringify(TASK)}`)
  assert.equal(readTaskFile(folder).name, 'my-task')
  assert.throws(() => readTaskFile(join(folder, 'none')), {
    message: /none\/task\.json: expected a file, got nothing$/,
  })
})

function data(change: object): object {
  return { data: { ...DATA, ...change } }
}
