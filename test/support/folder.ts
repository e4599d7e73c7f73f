import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'

const folders: string[] = []
process.once('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
})

/**
 * Makes an empty folder. It is removed when the test file ends, after everything that could still write into it: hooks of
 * a test run in their order, and one that fails keeps the later ones from closing their servers.
 */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'actbench-'))
  folders.push(folder)
  return folder
}
