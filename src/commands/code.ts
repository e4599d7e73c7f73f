import { type Command, Option } from 'commander'
import { CODE_TARGETS, type CodeTarget } from '../activations/code/code-target.js'
import { readConfig } from '../config.js'
import { type WriteCodeInput, writeCode } from '../services/activations/write-code.js'
import { findNormalization, listTrainableNames } from '../services/training-recipe.js'
import { refuseInput } from '../services/validate-input.js'
import { listRememberedTasks, recallTask } from '../task-folders/remembered-tasks.js'
import { addJsonOption, type OutputOptions, printResult } from './print-result.js'
import { asksService, hasAddress, openService } from './remote-options.js'

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
    .description(
      'print a function as code, such as "x*sigmoid(1.5*x)"; needs no service, but asks one if --url is given',
    )
    .addOption(
      new Option('--target <framework>', 'for which framework').choices([...TARGETS.keys()]).default('pytorch'),
    )
    .option('--name <name>', 'of the function', 'activation')
    .option('--normalized-for <dataset>', 'normalise it as networks of this dataset do, such as mini-cnn')
  asksService(addJsonOption(command)).action((expression: string, options: CodeCommandOptions) =>
    hasAddress(command) ? printCodeOfService(command, expression, options) : printCode(expression, options),
  )
}

/** A service may know datasets, and later operators, that this machine does not know. */
async function printCodeOfService(
  command: Command,
  expression: string,
  { target, name, normalizedFor, ...output }: CodeCommandOptions,
): Promise<void> {
  const { ask } = await import('../api-client/api.js')
  const { send } = await openService(command)
  const known = TARGETS.get(target) as CodeTarget
  const { data } = await ask(send, 'Code', { expression, target: known, name, normalizedFor })
  const { code } = data.activation as { readonly code: string }
  printResult({ target: known, name, code }, code, output)
}

function printCode(expression: string, { target, name, normalizedFor, ...output }: CodeCommandOptions): void {
  const known = TARGETS.get(target) as CodeTarget
  const code = writeCode(expression, { target: known, name, normalizedFor: toNormalized(normalizedFor) })
  printResult({ target: known, name, code }, code, output)
}

/** A dataset that ships, or a task that was added on this machine. */
function toNormalized(dataset: string | undefined): WriteCodeInput['normalizedFor'] {
  if (dataset === undefined) return null
  const { dataFolder } = readConfig()
  const recipe = recallTask(dataFolder, dataset)?.definition.recipe as { normalizesActivation?: boolean } | undefined
  const normalizes = findNormalization(dataset) ?? recipe?.normalizesActivation
  if (normalizes !== undefined) return { dataset, normalizes }
  const names = [...listTrainableNames(), ...listRememberedTasks(dataFolder)]
  refuseInput('normalized-for', `one of ${names.join(', ')}`, dataset)
}
