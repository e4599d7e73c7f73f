/** The command line: `actbench <command>`. Each command lives in a file of `commands/`, loaded when it is asked for. */
import process from 'node:process'
import { createProgram } from './commands/program.js'
import { addTrainCommand } from './commands/train.js'

const program = createProgram()
addTrainCommand(program)

try {
  await program.parseAsync()
} catch (error) {
  process.stderr.write(`actbench: ${(error as Error).message}\n`)
  process.exitCode = 1
}
