import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { encodeIdx, type IdxArray, readIdx } from './idx-file.js'

/** Pictures of 8 bits and their classes. */
export interface GreyPictures {
  /** Width and height in pixels. */
  readonly size: number
  readonly pixels: Uint8Array
  readonly labels: Uint8Array
}

export const FASHION_CLASSES = [
  'T-shirt or top',
  'trouser',
  'pullover',
  'dress',
  'coat',
  'sandal',
  'shirt',
  'sneaker',
  'bag',
  'ankle boot',
] as const

/** MD5 of the uncompressed files as they were published (Xiao, Rasul, Vollgraf 2017, arXiv 1708.07747). */
const PUBLISHED = {
  'train-images-idx3-ubyte': 'f4a8712d7a061bf5bd6d2ca38dc4d50a',
  'train-labels-idx1-ubyte': '9018921c3c673c538a1fc5bad174d6f9',
  't10k-images-idx3-ubyte': '8181f5470baa50b63fa0f6fddb340f0a',
  't10k-labels-idx1-ubyte': '15d484375f8d13e6eb1aabb0c3f46965',
} as const

/**
 * Reads the 60,000 (`train`) or 10,000 (`t10k`) photographs of Fashion-MNIST from a folder with the published files,
 * compressed or not. Throws an error that names the file if one is missing, malformed or not the published one.
 */
export function readFashionOriginals(folder: string, part: 'train' | 't10k'): GreyPictures {
  const images = readChecked(folder, `${part}-images-idx3-ubyte`, 3)
  const labels = readChecked(folder, `${part}-labels-idx1-ubyte`, 1)
  return { size: images.lengths[1], pixels: images.values, labels: labels.values }
}

function readChecked(folder: string, name: keyof typeof PUBLISHED, axes: number): IdxArray {
  const plain = join(folder, name)
  const file = existsSync(plain) ? plain : `${plain}.gz`
  const array = readIdx(file, axes)
  const found = createHash('md5').update(encodeIdx(array)).digest('hex')
  if (found !== PUBLISHED[name]) {
    throw new Error(`${file}: expected the published file (MD5 ${PUBLISHED[name]} uncompressed), got MD5 ${found}`)
  }
  return array
}
