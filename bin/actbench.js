#!/usr/bin/env node
// Builds what has changed, then hands over to the built product.
import { spawnSync } from 'node:child_process'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

if (process.argv[2] === 'start') console.log('actbench: starting')
if (process.argv.length === 3 && process.argv[2] === 'start') {
  // The process of `start` runs for months. The build is another process, so that its memory is given back.
  const { status } = spawnSync(process.execPath, [fileURLToPath(new URL('../scripts/build.mjs', import.meta.url))], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  if (status !== 0) process.exit(1)
  await import('../build/src/supervise.js')
} else {
  const { buildWithProgress } = await import('../scripts/build.mjs')
  await buildWithProgress()
  await import('../build/src/cli.js')
}
