import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export const CIFAR10_FILES = [1, 2, 3, 4, 5].map((i) => `data_batch_${i}.bin`).concat('test_batch.bin')
export const RECORD_BYTES = 3073

/** The byte of a pixel in these files. */
export function pixelOf(file: number, record: number, channel: number, row: number, column: number): number {
  return (file * 31 + record * 17 + channel * 101 + row * 7 + column * 3) % 256
}

/** Writes the six files of CIFAR-10 with few records of classes 0 to 9 in turn, and returns their folder. */
export function writeCifar10(folder: string, recordsPerFile = 20): string {
  mkdirSync(folder, { recursive: true })
  for (const [file, name] of CIFAR10_FILES.entries()) {
    const bytes = new Uint8Array(recordsPerFile * RECORD_BYTES)
    for (let record = 0; record < recordsPerFile; record++) {
      let at = record * RECORD_BYTES
      bytes[at++] = record % 10
      for (let channel = 0; channel < 3; channel++) {
        for (let row = 0; row < 32; row++) {
          for (let column = 0; column < 32; column++) bytes[at++] = pixelOf(file, record, channel, row, column)
        }
      }
    }
    writeFileSync(join(folder, name), bytes)
  }
  return folder
}
