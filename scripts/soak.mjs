// Builds the product and soaks it:  npm run soak -- --minutes 10   (see bench/reliability/soak.ts)
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from './build.mjs'

await build()
await import(
  pathToFileURL(join(dirname(dirname(fileURLToPath(import.meta.url))), 'build/bench/reliability/soak.js')).href
)
