#!/usr/bin/env node
// Builds what has changed, then hands over to the command-line interface of the built product.
import { build } from '../scripts/build.mjs'

await build()
await import('../build/src/cli.js')
