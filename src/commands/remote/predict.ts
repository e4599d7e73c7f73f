import process from 'node:process'
import { createInterface } from 'node:readline'
import type { Command } from 'commander'
import type { SendToApi } from '../../api-client/api.js'
import { addJsonOption, type OutputOptions } from '../print-result.js'
import { asksService, openService } from '../remote-options.js'
import { formatNumber } from './evaluation-rows.js'
import { type PredictionLine, predictAll } from './predict-all.js'

const CHUNK = 100
const HELP = `
The exit status is 1 if a function cannot be predicted; the others are predicted nevertheless.

Examples:
  actbench predict mini-cnn 'x*sigmoid(1.5*x)' 'max(x, tanh(x))'
  actbench predict mini-cnn - < functions.txt
  actbench predict mini-cnn --json - < functions.txt | jq 'select(.error == null) | .mean'`

/** Adds `actbench predict`, which predicts functions that anybody or nobody trained. */
export function addPredictCommand(program: Command): void {
  const command = program
    .command('predict <dataset> <expressions...>')
    .description('predict validation accuracies of functions; - reads functions from standard input, one a line')
    .addHelpText('after', HELP)
  addJsonOption(command, 'print one JSON object for each function, each on a line')
  asksService(command).action((dataset: string, expressions: string[], options: OutputOptions) =>
    predict(command, dataset, expressions, options),
  )
}

async function predict(
  command: Command,
  dataset: string,
  expressions: readonly string[],
  { json }: OutputOptions,
): Promise<void> {
  const { send } = await openService(command)
  let isFirst = true
  for await (const line of predictChunks(send, dataset, readExpressions(expressions))) {
    if (isFirst && !json)
      process.stdout.write(`${'mean'.padStart(8)}  ${'deviation'.padStart(9)}  ${'measured'.padStart(8)}  function\n`)
    isFirst = false
    if (line.error !== null) process.exitCode = 1
    process.stdout.write(json ? `${JSON.stringify(line)}\n` : format(line))
  }
}

async function* predictChunks(send: SendToApi, dataset: string, expressions: AsyncIterable<string>) {
  // A person at a terminal wants to see each answer before the next function.
  const size = process.stdin.isTTY ? 1 : CHUNK
  let chunk: string[] = []
  for await (const expression of expressions) {
    chunk.push(expression)
    if (chunk.length < size) continue
    yield* await predictAll(send, dataset, chunk)
    chunk = []
  }
  if (chunk.length > 0) yield* await predictAll(send, dataset, chunk)
}

async function* readExpressions(given: readonly string[]): AsyncGenerator<string, void, void> {
  for (const expression of given) {
    if (expression !== '-') yield expression
    else for await (const line of createInterface({ input: process.stdin })) if (line.trim() !== '') yield line.trim()
  }
}

function format({ asked, mean, standardDeviation, measured, error, reason }: PredictionLine): string {
  const cells = [mean, standardDeviation, measured].map(formatNumber)
  const why = error === null ? '' : `  ${error}: ${reason}`
  return `${cells[0].padStart(8)}  ${cells[1].padStart(9)}  ${cells[2].padStart(8)}  ${asked}${why}\n`
}
