#!/usr/bin/env node
// In a copy of the project, builds what has changed first. Then hands over to the built product.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const buildScript = fileURLToPath(new URL('../scripts/build.mjs', import.meta.url))
// An installed package is built already, and its folder may be read-only.
const mayBuild = existsSync(buildScript)
// Other users of this machine can read the arguments of a process.
if (process.argv.some((argument) => /^--key(=|$)/.test(argument))) process.title = 'actbench'
if (process.argv[2] === 'start') console.log('actbench: starting')
if (process.argv.length === 3 && process.argv[2] === 'start') {
  // The process of `start` runs for months. The build is another process, so that its memory is given back.
  const { status } = mayBuild
    ? spawnSync(process.execPath, [buildScript], { stdio: ['ignore', 'ignore', 'inherit'] })
    : { status: 0 }
  if (status !== 0) process.exit(1)
  await import('../build/src/supervise.js')
} else {
  if (mayBuild) await (await import('../scripts/build.mjs')).buildWithProgress()
  await import('../build/src/cli.js')
}
