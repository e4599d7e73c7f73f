import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import { PROJECT_ROOT } from '../root.js'

/** The command line without its commands. */
export function createProgram(): Command {
  const { version, description } = JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8'))
  return new Command('actbench')
    .description(description)
    .version(version)
    .showHelpAfterError('(actbench <command> --help explains)')
}
