import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = join(dirname(dirname(fileURLToPath(import.meta.url))), 'tools/docs')

/**
 * The path of a program of tools/docs. Installs these packages if they are missing or their lock file has changed. They
 * are separate from the service, because they would make its installation ten seconds slower.
 */
export function findDocumentTool(name) {
  const lock = readFileSync(join(folder, 'package-lock.json'), 'utf8')
  const stamp = join(folder, 'node_modules/.installed-lock.json')
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock) {
    const { status, stdout, stderr } = spawnSync('npm', ['ci'], { cwd: folder, encoding: 'utf8' })
    if (status !== 0) throw new Error(`tools/docs: npm ci failed:\n${stdout}${stderr}`)
    writeFileSync(stamp, lock)
  }
  return join(folder, 'node_modules/.bin', name)
}
