import { createHash } from 'node:crypto'
import { closeSync, existsSync, fstatSync, openSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { readFully } from './byte-file.js'
import type { ImageSplit } from './image-task.js'

/** Files of records of equal size: the class, then one byte per pixel, by planes (red, green, blue). */
export interface ImageRecords {
  /** Classes of all records, in the order of the files. */
  labels: Uint8Array
  /** Sum and sum of squares of each channel's pixels over the records of each file, for `computeMoments`. */
  sums: readonly ChannelSums[]
  readonly files: readonly string[]
  readonly format: RecordFormat
}

export interface RecordFormat {
  height: number
  width: number
  channels: number
  classes: number
  /**
   * Bytes before the pixels, and which of them is the class. CIFAR-100 has two: one of 20 coarse, one of 100 fine classes.
   * @defaultValue one byte
   */
  header?: { bytes: number; labelAt: number }
  /** Number of records that each file must have; absent if any number will do. */
  recordsPerFile?: number
}

interface ChannelSums {
  pixels: number
  sum: number[]
  sumOfSquares: number[]
}

export interface Moments {
  mean: number[]
  deviation: number[]
}

/** A file with the output of `sha256sum *.bin`. If it is in the folder, the files are compared with it. */
const CHECKSUMS = 'SHA256SUMS'
const RECORDS_A_READ = 256

/**
 * Reads the files once for sizes, classes, checksums and moments. The pictures stay on the disk. Throws an error with the
 * file, the expected and the found value if a file is missing, has a wrong size, an unknown class, or a checksum that
 * differs from `SHA256SUMS`.
 */
export function openImageRecords(files: readonly string[], format: RecordFormat): ImageRecords {
  const scanned = files.map((file) => scanFile(file, format))
  const labels = Uint8Array.from(scanned.flatMap((one) => Array.from(one.labels)))
  return { files, format, labels, sums: scanned.map(({ sums }) => sums) }
}

/** Mean and standard deviation of each channel over the records of the first `fileCount` files. */
export function computeMoments({ sums, format }: ImageRecords, fileCount: number): Moments {
  const used = sums.slice(0, fileCount)
  const pixels = used.reduce((total, one) => total + one.pixels, 0)
  const channels = Array.from({ length: format.channels }, (_, channel) => channel)
  const mean = channels.map((channel) => used.reduce((total, one) => total + one.sum[channel], 0) / pixels)
  const deviation = channels.map((channel) => {
    const square = used.reduce((total, one) => total + one.sumOfSquares[channel], 0) / pixels
    return Math.sqrt(square - mean[channel] ** 2)
  })
  return { mean, deviation }
}

/** All records as a split, channels last. Each channel is standardised; a deviation of 0 counts as 1. */
export function toSplit(records: ImageRecords, moments: Moments): ImageSplit {
  const { labels, format } = records
  const { height, width, channels } = format
  const positions = height * width
  const scale = moments.deviation.map((deviation) => (deviation > 0 ? 1 / deviation : 1))
  return {
    count: labels.length,
    shape: [height, width, channels],
    labels,
    read(indices) {
      const images = new Float32Array(indices.length * positions * channels)
      visitRecords(records, indices, (pixels, i) => {
        const start = i * positions * channels
        for (let channel = 0; channel < channels; channel++) {
          const plane = channel * positions
          for (let position = 0; position < positions; position++) {
            images[start + position * channels + channel] =
              (pixels[plane + position] - moments.mean[channel]) * scale[channel]
          }
        }
      })
      return images
    },
  }
}

/** Calls `onRecord` with the pixels of each of these records, by planes. They are valid until it returns. */
export function visitRecords(
  records: ImageRecords,
  indices: ArrayLike<number>,
  onRecord: (pixels: Uint8Array, i: number) => void,
): void {
  const { files, format } = records
  const counts = records.sums.map(({ pixels }) => pixels / (format.height * format.width))
  const record = new Uint8Array(recordBytes(format))
  const pixels = record.subarray(headerOf(format).bytes)
  const open = new Map<number, number>()
  try {
    for (let i = 0; i < indices.length; i++) {
      const { file, index } = locate(counts, indices[i])
      if (!open.has(file)) open.set(file, openSync(files[file], 'r'))
      readFully(open.get(file) as number, record, index * record.length, files[file])
      onRecord(pixels, i)
    }
  } finally {
    for (const descriptor of open.values()) closeSync(descriptor)
  }
}

function scanFile(file: string, format: RecordFormat): { labels: Uint8Array; sums: ChannelSums } {
  if (!existsSync(file)) throw new Error(`${file}: expected a file, found nothing`)
  const descriptor = openSync(file, 'r')
  try {
    const count = getValidCount(file, fstatSync(descriptor).size, format)
    const bytes = recordBytes(format)
    const header = headerOf(format)
    const positions = format.height * format.width
    const labels = new Uint8Array(count)
    const sums: ChannelSums = {
      pixels: count * positions,
      sum: new Array<number>(format.channels).fill(0),
      sumOfSquares: new Array<number>(format.channels).fill(0),
    }
    const hash = createHash('sha256')
    const buffer = new Uint8Array(RECORDS_A_READ * bytes)
    for (let first = 0; first < count; first += RECORDS_A_READ) {
      const part = buffer.subarray(0, Math.min(RECORDS_A_READ, count - first) * bytes)
      readFully(descriptor, part, first * bytes, file)
      hash.update(part)
      for (let start = 0; start < part.length; start += bytes) {
        const record = first + start / bytes
        const at = start + header.labelAt
        labels[record] = getValidLabel(file, part[at], first * bytes + at, format.classes)
        for (let channel = 0; channel < format.channels; channel++) {
          const plane = start + header.bytes + channel * positions
          addPlane(sums, channel, part.subarray(plane, plane + positions))
        }
      }
    }
    checkSum(file, hash.digest('hex'))
    return { labels, sums }
  } finally {
    closeSync(descriptor)
  }
}

function addPlane(sums: ChannelSums, channel: number, plane: Uint8Array): void {
  let sum = 0
  let sumOfSquares = 0
  for (const value of plane) {
    sum += value
    sumOfSquares += value * value
  }
  sums.sum[channel] += sum
  sums.sumOfSquares[channel] += sumOfSquares
}

function getValidCount(file: string, size: number, format: RecordFormat): number {
  const bytes = recordBytes(format)
  const { recordsPerFile } = format
  if (recordsPerFile !== undefined && size !== recordsPerFile * bytes) {
    throw new Error(
      `${file}: expected ${recordsPerFile * bytes} bytes (${recordsPerFile} records of ${bytes}), found ${size}`,
    )
  }
  if (size === 0 || size % bytes !== 0) {
    throw new Error(`${file}: expected a multiple of ${bytes} bytes (the size of a record), found ${size}`)
  }
  return size / bytes
}

function getValidLabel(file: string, label: number, offset: number, classes: number): number {
  if (label < classes) return label
  throw new Error(`${file}: expected a class from 0 to ${classes - 1} at byte ${offset}, found ${label}`)
}

function checkSum(file: string, found: string): void {
  const list = join(dirname(file), CHECKSUMS)
  if (!existsSync(list)) return
  for (const line of readFileSync(list, 'utf8').split('\n')) {
    const [expected, name] = line.trim().split(/\s+\*?/)
    if (name !== basename(file) || expected.toLowerCase() === found) continue
    throw new Error(`${file}: expected the SHA-256 ${expected} of ${CHECKSUMS}, found ${found}`)
  }
}

function locate(counts: readonly number[], record: number): { file: number; index: number } {
  let index = record
  for (let file = 0; file < counts.length; file++) {
    if (index < counts[file]) return { file, index }
    index -= counts[file]
  }
  throw new Error(`record ${record}: does not exist`)
}

function recordBytes(format: RecordFormat): number {
  return headerOf(format).bytes + format.height * format.width * format.channels
}

function headerOf({ header = { bytes: 1, labelAt: 0 } }: RecordFormat): { bytes: number; labelAt: number } {
  return header
}
