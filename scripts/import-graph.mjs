import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** Imports, and files that a process or a thread is started from. */
const REFERENCE = /(?:from|import)\s*\(?\s*["'](\.[^"']+)["']|new URL\(\s*["'](\.[^"']+\.js)["']/g

/**
 * The built test files that depend on a changed source file: they import it, directly or through other files, or start a
 * process from it. A change of any other kind of file concerns all tests.
 */
export function findConcerned(testFiles, changed) {
  if (changed.some((name) => !name.endsWith('.ts'))) return [...testFiles]
  const outputs = new Set(changed.map((name) => join(root, 'build', name.replace(/\.ts$/, '.js'))))
  const references = new Map()
  return testFiles.filter((file) => reaches(file, outputs, references))
}

function reaches(start, wanted, references) {
  const seen = new Set()
  const waiting = [start]
  for (let file = waiting.pop(); file; file = waiting.pop()) {
    if (wanted.has(file)) return true
    if (seen.has(file)) continue
    seen.add(file)
    waiting.push(...listReferences(file, references))
  }
  return false
}

function listReferences(file, references) {
  const known = references.get(file)
  if (known) return known
  const code = existsSync(file) ? readFileSync(file, 'utf8') : ''
  const found = [...code.matchAll(REFERENCE)].map(([, imported, started]) =>
    resolve(dirname(file), imported ?? started),
  )
  // Tests start the product by `startProductProcess('src/worker.js')`, relative to the build folder.
  const started = [...code.matchAll(/["'`]((?:src|test)\/[\w./-]+\.js)["'`]/g)].map(([, name]) =>
    join(root, 'build', name),
  )
  const all = [...found, ...started].filter((name) => !relative(root, name).startsWith('..'))
  references.set(file, all)
  return all
}
