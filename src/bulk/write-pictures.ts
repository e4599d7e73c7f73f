import { createHash } from 'node:crypto'
import { closeSync, mkdirSync, openSync, renameSync, writeFileSync, writeSync } from 'node:fs'
import { endianness } from 'node:os'
import { join } from 'node:path'
import { makeNpyHeader, type NpyType } from '../datasets/writing/npy.js'
import { type NamedTask, openNamedTask } from '../networks/recipes/task-sources.js'
import type { ImageSplit, Standardisation } from '../networks/tasks/image-task.js'

/** The file that describes the others. It is written last. */
const PICTURES_DESCRIPTION = 'pictures.json'

const SPLITS = ['train', 'validation', 'test'] as const
const PICTURES_A_READ = 1000

/** `pictures.json` of an exported task. */
export interface PicturesDescription {
  readonly task: string
  readonly classes: readonly string[] | number
  /** Height, width and channels of a picture, the axes of the files after the first. */
  readonly shape: readonly number[]
  readonly counts: Readonly<Record<string, number>>
  /** (pixel - mean) / deviation of each channel is the input of networks; null if the pixels are not of 8 bits. */
  readonly standardisation: Standardisation | null
  readonly licence: string | null
  /** SHA-256 of each file. */
  readonly files: Readonly<Record<string, string>>
}

/** Exports the task of this name or of the dataset of this name; see `writePictures`. Throws NOT_FOUND for an unknown name. */
export function exportTask(name: string, tasksFolder: string, folder: string): PicturesDescription {
  return writePictures(openNamedTask(name, tasksFolder), folder)
}

/**
 * Writes the pictures and labels of a task as NumPy files: `train-pictures.npy` with bytes, `train-standardised.npy` with the
 * float32 numbers that networks get, and `train-labels.npy`, likewise for `validation` and `test`. Axes are picture, height,
 * width, channel. Returns the description, which goes to `pictures.json`.
 */
export function writePictures({ name, task, classNames, licence }: NamedTask, folder: string): PicturesDescription {
  mkdirSync(folder, { recursive: true })
  const { standardisation = null } = task
  const files: Record<string, string> = {}
  for (const split of SPLITS) {
    const own = task[split]
    const shape = [own.count, ...own.shape]
    const write = (what: string, type: NpyType, axes: readonly number[], chunks: Iterable<Uint8Array>) => {
      const file = `${split}-${what}.npy`
      files[file] = writeArray(join(folder, file), makeNpyHeader(axes, type), chunks)
    }
    if (standardisation) write('pictures', '|u1', shape, readBytes(own, standardisation))
    write('standardised', '<f4', shape, readFloats(own))
    write('labels', '|u1', [own.count], [own.labels])
  }
  const description: PicturesDescription = {
    task: name,
    classes: classNames ?? task.classes,
    shape: task.train.shape,
    counts: Object.fromEntries(SPLITS.map((split) => [split, task[split].count])),
    ...{ standardisation, licence, files },
  }
  writeFileSync(join(folder, PICTURES_DESCRIPTION), `${JSON.stringify(description, null, 2)}\n`)
  return description
}

/** Writes a file, which gets its name only when it is complete, and returns its SHA-256. */
function writeArray(path: string, header: Uint8Array, chunks: Iterable<Uint8Array>): string {
  const hash = createHash('sha256')
  const file = openSync(`${path}.part`, 'w')
  try {
    for (const chunk of withHeader(header, chunks)) {
      hash.update(chunk)
      for (let start = 0; start < chunk.length; ) start += writeSync(file, chunk, start)
    }
  } finally {
    closeSync(file)
  }
  renameSync(`${path}.part`, path)
  return hash.digest('hex')
}

function* withHeader(header: Uint8Array, chunks: Iterable<Uint8Array>): Generator<Uint8Array> {
  yield header
  yield* chunks
}

function* readParts({ count, read }: ImageSplit): Generator<Float32Array> {
  for (let start = 0; start < count; start += PICTURES_A_READ) {
    const length = Math.min(PICTURES_A_READ, count - start)
    yield read(Array.from({ length }, (_, i) => start + i))
  }
}

function* readFloats(split: ImageSplit): Generator<Uint8Array> {
  for (const part of readParts(split)) {
    const bytes = Buffer.from(part.buffer, part.byteOffset, part.byteLength)
    yield endianness() === 'BE' ? bytes.swap32() : bytes
  }
}

/** The bytes that were standardised. Throws if the numbers do not come from bytes. */
function* readBytes(split: ImageSplit, { mean, deviation }: Standardisation): Generator<Uint8Array> {
  const channels = split.shape[2]
  for (const part of readParts(split)) {
    yield Uint8Array.from(part, (value, i) => {
      const channel = i % channels
      const pixel = value * (deviation[channel] || 1) + mean[channel]
      const byte = Math.round(pixel)
      if (Math.abs(pixel - byte) > 0.01 || byte < 0 || byte > 255) {
        throw new Error(`pictures: expected pixels of 8 bits, got ${pixel}`)
      }
      return byte
    })
  }
}
