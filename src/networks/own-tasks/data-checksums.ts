import { join } from 'node:path'
import { digestFile, statFile } from '../tasks/byte-file.js'
import { type DataDefinition, listDataFiles } from './task-definition.js'

/** Sizes and times of the files of a task. If they stay the same, the files count as unchanged. */
export type FileStamps = Readonly<Record<string, string>>

/**
 * SHA-256 of each data file of a folder. Throws an error of one line that names the file if it is missing or has another
 * checksum than the definition says.
 */
export function checkDataFiles(folder: string, data: DataDefinition): Record<string, string> {
  return Object.fromEntries(
    listDataFiles(data).map((name) => {
      const file = join(folder, name)
      const found = digestFile(file)
      const expected = data.sha256[name] ?? found
      if (found !== expected) throw new Error(`${file}: expected SHA-256 ${expected}, got ${found}`)
      return [name, found]
    }),
  )
}

/** The present stamps. Throws an error that names the file if one is missing. */
export function stampDataFiles(folder: string, data: DataDefinition): FileStamps {
  return Object.fromEntries(
    listDataFiles(data).map((name) => {
      const { size, mtimeMs, ctimeMs, ino } = statFile(join(folder, name))
      return [name, [size, mtimeMs, ctimeMs, ino].join(' ')]
    }),
  )
}
