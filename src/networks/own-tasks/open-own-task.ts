import { basename, join } from 'node:path'
import type { ImageSplit, ImageTask } from '../tasks/image-task.js'
import { type LabelledRows, openRows } from './labelled-rows.js'
import { rangeTo } from './labels.js'
import { TASK_FILE } from './parse-task.js'
import { type SplitRows, splitRows } from './split-rows.js'
import { checkValues, computeScaling, type Scaling } from './standardise.js'
import type { DataDefinition, DataSource } from './task-definition.js'

const SPLITS = ['train', 'validation', 'test'] as const
type SplitName = (typeof SPLITS)[number]

interface SplitOfRows {
  readonly rows: LabelledRows
  /** Numbers of the rows in the files. */
  readonly used: Uint32Array
}

/**
 * Opens the data of a task from its folder, and checks every number and every label. Throws an error of one line that names
 * the file or the field, the expected and the found value.
 */
export function openOwnTask(folder: string, data: DataDefinition): ImageTask {
  const open = (source: DataSource) => checkRows(openRows(folder, source, data), data, join(folder, TASK_FILE))
  const file = join(folder, TASK_FILE)
  const train = open(data.train)
  const parts = data.split && splitRows(train.labels, data.classes, data.split, `${file}: data.split`)
  const toPart = (split: keyof SplitRows): SplitOfRows => {
    const source = data[split]
    if (split !== 'train' && source) {
      const rows = open(source)
      checkSameShape(train, rows)
      return { rows, used: Uint32Array.from(rangeTo(rows.count)) }
    }
    return { rows: train, used: parts ? parts[split] : Uint32Array.from(rangeTo(train.count)) }
  }
  const splits: Record<SplitName, SplitOfRows> = {
    train: toPart('train'),
    validation: toPart('validation'),
    test: toPart('test'),
  }
  for (const name of SPLITS) checkClasses(name, splits[name], data)
  const scaling = computeScaling(train, splits.train.used, data.scale)
  return {
    classes: data.classes,
    train: toSplit(splits.train, scaling),
    validation: toSplit(splits.validation, scaling),
    test: toSplit(splits.test, scaling),
  }
}

function checkRows(rows: LabelledRows, { range, scale }: DataDefinition, file: string): LabelledRows {
  if (rows.isFloat && range === null && scale === 'none') {
    throw new Error(
      `${file}: data.range: missing; expected [least, greatest], because ${basename(rows.file)} has floats and data.scale is none`,
    )
  }
  if (rows.isFloat && range === null && rows.shape.length === 3) {
    throw new Error(
      `${file}: data.range: missing; expected [least, greatest], such as [0, 1], because ${basename(rows.file)} has pictures of floats`,
    )
  }
  checkValues(rows, range)
  return rows
}

function checkSameShape(train: LabelledRows, other: LabelledRows): void {
  if (train.shape.join() === other.shape.join()) return
  const expected = `rows of ${train.shape.join(' × ')}, as ${basename(train.file)} has`
  throw new Error(`${other.file}: expected ${expected}, got ${other.shape.join(' × ')}`)
}

function checkClasses(name: SplitName, { rows, used }: SplitOfRows, data: DataDefinition): void {
  const counts = new Uint32Array(data.classes)
  for (const row of used) counts[rows.labels[row]]++
  const wrong = counts.findIndex((count) => count < data.leastPerClass)
  if (wrong < 0) return
  const shown = data.classNames ? `${wrong} (${data.classNames[wrong]})` : String(wrong)
  const least = `at least ${data.leastPerClass} ${data.leastPerClass === 1 ? 'row' : 'rows'}`
  throw new Error(`${rows.file}: expected ${least} of class ${shown} in the ${name} data, got ${counts[wrong]}`)
}

function toSplit({ rows, used }: SplitOfRows, { mean, factor }: Scaling): ImageSplit {
  const channels = mean.length
  const size = rows.shape.reduce((product, length) => product * length, 1)
  return {
    count: used.length,
    shape: rows.shape,
    labels: Uint8Array.from(used, (row) => rows.labels[row]),
    read(indices) {
      const read = new Float32Array(indices.length * size)
      const wanted = Uint32Array.from(indices, (index) => used[index])
      rows.visit(wanted, (values, i) => {
        const start = i * size
        for (let k = 0, channel = 0; k < size; k++) {
          read[start + k] = (values[k] - mean[channel]) * factor[channel]
          if (++channel === channels) channel = 0
        }
      })
      return read
    },
  }
}
