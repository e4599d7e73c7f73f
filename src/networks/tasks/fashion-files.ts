import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { PROJECT_ROOT } from '../../root.js'
import { FASHION_CLASSES, type GreyPictures, readFashionOriginals } from './fashion-originals.js'
import { FASHION_SPLITS, type FashionOptions, type FashionSplit } from './fashion-pictures.js'
import { toFashionTask } from './fashion-task.js'
import { encodeIdx, readIdx } from './idx-file.js'
import type { ImageTask, TaskSource } from './image-task.js'

/** The folder of the pictures that ship with the product. */
export const FASHION_FOLDER: string = join(PROJECT_ROOT, 'seed/fashion')

/** The pictures that ship with the product. */
export const FASHION: TaskSource = { create: () => openFashionPictures() }

/** The file that describes the others. */
const DESCRIPTION = 'pictures.json'
const LICENCE = 'LICENSE'

interface Description {
  readonly source: string
  readonly licence: string
  readonly classes: readonly string[]
  /** How the pictures were made; see `FashionOptions`. */
  readonly options: FashionOptions
  /** SHA-256 of each file, uncompressed: compressed bytes differ between versions of zlib. */
  readonly files: Readonly<Record<string, string>>
}

/** Writes the pictures of the three splits as IDX files that are compressed by gzip, with description and licence. */
export function writeFashionPictures(
  folder: string,
  pictures: Record<FashionSplit, GreyPictures>,
  options: FashionOptions,
): void {
  mkdirSync(folder, { recursive: true })
  const files: Record<string, string> = {}
  const write = (name: string, lengths: readonly number[], values: Uint8Array) => {
    const bytes = encodeIdx({ lengths, values })
    files[name] = sha256(bytes)
    writeFileSync(join(folder, name), gzipSync(bytes, { level: 9 }))
  }
  for (const split of FASHION_SPLITS) {
    const { size, pixels, labels } = pictures[split]
    write(imagesOf(split), [labels.length, size, size], pixels)
    write(labelsOf(split), [labels.length], labels)
  }
  const description: Description = {
    source: 'Fashion-MNIST, https://github.com/zalandoresearch/fashion-mnist',
    licence: `MIT, see ${LICENCE}`,
    classes: FASHION_CLASSES,
    options,
    files,
  }
  writeFileSync(join(folder, DESCRIPTION), `${JSON.stringify(description, null, 2)}\n`)
  const licence = join(FASHION_FOLDER, LICENCE)
  if (resolve(folder, LICENCE) !== licence) copyFileSync(licence, join(folder, LICENCE))
}

/**
 * Opens pictures that `writeFashionPictures` wrote. Throws an error that names the file if one is missing, malformed or
 * was changed.
 */
export function openFashionPictures(folder: string = FASHION_FOLDER): ImageTask {
  const path = join(folder, DESCRIPTION)
  if (!existsSync(path)) throw new Error(`${path}: expected the description of the pictures, got nothing`)
  const { files } = JSON.parse(readFileSync(path, 'utf8')) as Description
  const read = (name: string, axes: number) => {
    const file = join(folder, name)
    const array = readIdx(file, axes)
    const found = sha256(encodeIdx(array))
    if (found !== files[name]) {
      throw new Error(`${file}: expected SHA-256 ${files[name]} uncompressed, got ${found}`)
    }
    return array
  }
  const readSplit = (split: FashionSplit): GreyPictures => {
    const images = read(imagesOf(split), 3)
    const labels = read(labelsOf(split), 1)
    return { size: images.lengths[1], pixels: images.values, labels: labels.values }
  }
  return toFashionTask({ train: readSplit('train'), validation: readSplit('validation'), test: readSplit('test') })
}

/**
 * Opens the published files as they are: 28 × 28 pixels, neither turned nor shifted. The last training photographs
 * validate. Throws like `readFashionOriginals`.
 */
export function openFashionOriginals(folder: string, validationCount = 5000): ImageTask {
  const { size, pixels, labels } = readFashionOriginals(folder, 'train')
  const trainCount = labels.length - validationCount
  const cut = (from: number, to: number): GreyPictures => ({
    size,
    pixels: pixels.subarray(from * size * size, to * size * size),
    labels: labels.subarray(from, to),
  })
  return toFashionTask({
    train: cut(0, trainCount),
    validation: cut(trainCount, labels.length),
    test: readFashionOriginals(folder, 't10k'),
  })
}

function imagesOf(split: FashionSplit): string {
  return `${split}-images-idx3-ubyte.gz`
}

function labelsOf(split: FashionSplit): string {
  return `${split}-labels-idx1-ubyte.gz`
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
