import { type Command, Option } from 'commander'
import { CODE_TARGETS, type CodeTarget } from '../activations/code/code-target.js'
import { NORMALIZES_ACTIVATION } from '../datasets/normalizing-datasets.js'
import { writeCode } from '../services/activations/write-code.js'
import { refuseInput } from '../services/validate-input.js'
import { addJsonOption, type OutputOptions, printResult } from './print-result.js'

interface CodeCommandOptions extends OutputOptions {
  readonly target: string
  readonly name: string
  readonly normalizedFor?: string
}

const TARGETS: ReadonlyMap<string, CodeTarget> = new Map(
  CODE_TARGETS.map((target) => [target.toLowerCase().replace('_', '-'), target]),
)

/** Adds `actbench code`, which prints a function as code of a framework. */
export function addCodeCommand(program: Command): void {
  const command = program
    .command('code <expression>')
    .description('print a function as code, such as "x*sigmoid(1.5*x)"; needs no database')
    .addOption(
      new Option('--target <framework>', 'for which framework').choices([...TARGETS.keys()]).default('pytorch'),
    )
    .option('--name <name>', 'of the function', 'activation')
    .option('--normalized-for <dataset>', 'normalise it as networks of this dataset do, such as mini-cnn')
  addJsonOption(command).action(printCode)
}

function printCode(expression: string, { target, name, normalizedFor, ...output }: CodeCommandOptions): void {
  if (normalizedFor !== undefined && !NORMALIZES_ACTIVATION.has(normalizedFor)) {
    refuseInput('normalized-for', `one of ${[...NORMALIZES_ACTIVATION.keys()].join(', ')}`, normalizedFor)
  }
  const known = TARGETS.get(target) as CodeTarget
  const code = writeCode(expression, { target: known, name, normalizedFor: normalizedFor ?? null })
  printResult({ target: known, name, code }, code, output)
}
