import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import { PROJECT_ROOT } from '../root.js'
import { addRemoteOptions } from './remote-options.js'

/** The command line without its commands. Errors of usage, `--help` and `--version` are thrown as CommanderError. */
export function createProgram(): Command {
  const { version, description } = JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8'))
  const program = new Command('actbench')
    .description(description)
    .version(version)
    .showHelpAfterError('(actbench <command> --help explains)')
    .addHelpText('after', EXIT_STATUS_HELP)
    .exitOverride()
  addRemoteOptions(program)
  return program
}

const EXIT_STATUS_HELP = `
Exit status: 0 done, 1 failed, 2 wrong usage, 130 after Ctrl-C.`
