import { writeFileSync } from 'node:fs'
import { crc32, deflateSync } from 'node:zlib'
import type { ImageTask } from '../../src/networks/tasks/image-task.js'
import { accuracyOfLinearModel, pictureOf } from '../../test/networks/linear-model.js'

const COLUMNS = 12
const ZOOM = 4
const GAP = 4

/**
 * Writes samples of a task as PNG: one row for each class with twelve training pictures. Then prints the names of the
 * classes, the numbers of pictures and the accuracy of a linear model. Class k must have the pictures k, k + classes, ...
 */
export function showTask({ train, validation, classes }: ImageTask, names: readonly string[], file: string): void {
  const [size] = train.shape
  const all = train.read(Array.from({ length: train.count }, (_, i) => i))
  const least = all.reduce((a, b) => Math.min(a, b))
  const greatest = all.reduce((a, b) => Math.max(a, b))
  const cell = size * ZOOM + GAP
  const [width, height] = [COLUMNS * cell + GAP, classes * cell + GAP]
  const pixels = new Uint8Array(width * height).fill(255)
  for (let label = 0; label < classes; label++) {
    for (let column = 0; column < COLUMNS; column++) {
      const picture = pictureOf(train, label + column * classes)
      for (let y = 0; y < size * ZOOM; y++) {
        for (let x = 0; x < size * ZOOM; x++) {
          const value = picture[Math.floor(y / ZOOM) * size + Math.floor(x / ZOOM)]
          const place = (GAP + label * cell + y) * width + GAP + column * cell + x
          pixels[place] = Math.round((255 * (value - least)) / (greatest - least))
        }
      }
    }
  }
  writeFileSync(file, encodeGreyPng(pixels, width, height))
  console.log(`classes, top to bottom: ${names.join(', ')}`)
  console.log(`pictures: ${train.count} to train, ${validation.count} to validate, ${size} × ${size}`)
  console.log(`accuracy of a linear model: ${accuracyOfLinearModel(train, validation, classes).toFixed(3)}`)
}

/** A PNG of 8-bit grey pixels, rows without filter. */
function encodeGreyPng(grey: Uint8Array, columns: number, rows: number): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(columns, 0)
  header.writeUInt32BE(rows, 4)
  header.set([8, 0, 0, 0, 0], 8)
  const lines = Buffer.alloc(rows * (columns + 1))
  for (let row = 0; row < rows; row++) {
    lines.set(grey.subarray(row * columns, (row + 1) * columns), row * (columns + 1) + 1)
  }
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  const data = deflateSync(lines, { level: 9 })
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))])
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const frame = Buffer.alloc(8)
  frame.writeUInt32BE(data.length, 0)
  frame.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)])
}
