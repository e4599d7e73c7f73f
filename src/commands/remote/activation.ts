import type { Command } from 'commander'
import { ask } from '../../api-client/api.js'
import { addJsonOption, type OutputOptions, printResult } from '../print-result.js'
import { asksService, openService } from '../remote-options.js'
import { formatNumber } from './evaluation-rows.js'

const EXAMPLES = `
Examples:
  actbench activation silu
  actbench activation 'x / (1 + exp(-x))' --json`

/** Adds `actbench activation`, which looks a function up by any of its spellings. */
export function addActivationCommand(program: Command): void {
  const command = program
    .command('activation <expression>')
    .description('show what a service knows of a function, in any spelling: names, properties, results')
    .addHelpText('after', EXAMPLES)
  asksService(addJsonOption(command)).action((expression: string, options: OutputOptions) =>
    show(command, expression, options),
  )
}

interface Found {
  readonly expression: string
  readonly names: readonly string[]
  readonly parameters: readonly unknown[]
  readonly depth: number
  readonly isFinite: boolean
  readonly isConstant: boolean
  readonly gaussianMean: number | null
  readonly gaussianStandardDeviation: number | null
  readonly equivalents: { readonly totalCount: number; readonly nodes: readonly string[] }
  readonly properties: Readonly<Record<string, boolean | number | null>> | null
  readonly evaluations: readonly Evaluated[]
}

interface Evaluated {
  readonly dataset: { readonly name: string }
  readonly validationAccuracy: number | null
  readonly testAccuracy: number | null
  readonly runCount: number
  readonly rank: number | null
}

async function show(command: Command, expression: string, options: OutputOptions): Promise<void> {
  const { send } = await openService(command)
  const { data } = await ask(send, 'Function', { expression })
  const found = data.activation as Found
  printResult(found, format(found), options)
}

function format(found: Found): string {
  const { expression, names, depth, equivalents, gaussianMean, gaussianStandardDeviation, evaluations } = found
  const properties = Object.entries(found.properties ?? {}).map(
    ([name, value]) => `${toWords(name)} ${formatValue(value)}`,
  )
  const results = evaluations.map(({ dataset, rank, validationAccuracy, testAccuracy, runCount }) =>
    [
      `  ${dataset.name}: rank ${rank ?? '-'}`,
      `validation accuracy ${formatNumber(validationAccuracy)}`,
      `test accuracy ${formatNumber(testAccuracy)}`,
      `${runCount} runs`,
    ].join(', '),
  )
  return [
    `expression   ${expression}`,
    `names        ${names.join(', ') || '-'}`,
    `spellings    ${equivalents.totalCount} stored: ${equivalents.nodes.slice(0, 5).join('  ') || '-'}`,
    `depth        ${depth}`,
    `of a normal  mean ${formatNumber(gaussianMean)}, standard deviation ${formatNumber(gaussianStandardDeviation)}`,
    `properties   ${properties.join(', ') || '-'}`,
    results.length > 0 ? `results` : 'results      no dataset has it; `actbench predict` predicts it',
    ...results,
    '',
  ].join('\n')
}

/** As in the description: `isEven` becomes `even`, `leftSlope` becomes `left slope`. */
function toWords(name: string): string {
  const words = name.replace(/^is(?=[A-Z])/, '').replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
  return words.trim()
}

function formatValue(value: boolean | number | null): string {
  if (value === null) return 'unknown'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  return Number.isInteger(value) ? String(value) : formatNumber(value)
}
