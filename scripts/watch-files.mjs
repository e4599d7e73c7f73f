import { watch } from 'node:fs'
import { join, relative } from 'node:path'

/** One save writes several files, and editors write a file in several steps. */
const QUIET_MILLISECONDS = 150

/** Files that the build itself writes. */
const GENERATED = /^src\/db\/generated\//

/**
 * Calls `onChange` with the names of changed files, relative to `root`, after a short time without further changes.
 * Watches folders with all that is in them, and single files. Returns a function that ends the watch.
 */
export function watchFiles(root, names, onChange) {
  const changed = new Set()
  let timer
  const note = (name) => {
    if (GENERATED.test(name) || !/\.(tsx?|css|html|mjs|js|json|prisma|sql|gz)$/.test(name)) return
    changed.add(name)
    clearTimeout(timer)
    timer = setTimeout(() => {
      const found = [...changed].sort()
      changed.clear()
      onChange(found)
    }, QUIET_MILLISECONDS)
  }
  const watchers = names.map((name) =>
    watch(join(root, name), { recursive: true }, (_, file) => note(file === null ? name : toName(root, name, file))),
  )
  return () => {
    clearTimeout(timer)
    for (const watcher of watchers) watcher.close()
  }
}

function toName(root, folder, file) {
  return relative(root, join(root, folder, file))
}
