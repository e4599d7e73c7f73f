import { existsSync, readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { ApiError } from '../../api-client/api-error.js'
import { UsageError } from '../exit-status.js'
import { addJsonOption, type OutputOptions, printResult } from '../print-result.js'
import { asksService, openService } from '../remote-options.js'

interface QueryOptions extends OutputOptions {
  readonly variables?: string
  readonly operation?: string
}

const EXAMPLES = `
Examples:
  actbench query '{ datasets { nodes { name evaluationCount } } }'
  actbench query my.graphql --variables '{"dataset": "mini-cnn"}'
  actbench query Leaderboard --variables '{"dataset": "mini-cnn", "first": 3}'
  echo '{ service { version } }' | actbench query -`

/** Adds `actbench query`, which sends any operation of GraphQL. */
export function addQueryCommand(program: Command): void {
  const command = program
    .command('query <document>')
    .description('send a GraphQL operation: a text, a file, - for standard input, or the name of one in operations/')
    .option('--variables <json>', 'a JSON object, or @ and a file that has one')
    .option('--operation <name>', 'which operation, if the document has several')
    .addHelpText('after', EXAMPLES)
  addJsonOption(command, 'print the whole answer, with its errors')
  asksService(command).action((document: string, options: QueryOptions) => query(command, document, options))
}

async function query(command: Command, document: string, options: QueryOptions): Promise<void> {
  const text = await readDocument(document)
  const variables = readVariables(options.variables)
  // A mutation whose answer is lost may have been done.
  const { send } = await openService(command, { isRepeatable: !/\bmutation\b/.test(text) })
  const { operation } = options
  const answer = await send({ query: text, variables, ...(operation && { operationName: operation }) })
  const { data = null, errors = [] } = answer
  if (options.json) printResult(answer, '', options)
  else if (data !== null) printResult(data, '', { json: true })
  if (errors.length > 0) throw new ApiError(errors)
}

async function readDocument(given: string): Promise<string> {
  if (given === '-') return readFileSync(0, 'utf8')
  if (given.includes('{')) return given
  if (existsSync(given)) return readFileSync(given, 'utf8')
  const { OPERATIONS } = await import('../../api-client/operations.js')
  const found = OPERATIONS.get(given)
  if (found !== undefined) return found
  const names = [...OPERATIONS.keys()].join(', ')
  throw new UsageError(
    `document: expected a text with braces, a file, -, or one of ${names}; got ${JSON.stringify(given)}`,
  )
}

function readVariables(given: string | undefined): Record<string, unknown> {
  if (given === undefined) return {}
  const text = given.startsWith('@') ? readVariablesFile(given.slice(1)) : given
  try {
    const value = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  } catch {
    // The error below describes it.
  }
  throw new UsageError(`variables: expected a JSON object such as {"name": "mini-cnn"}, got ${text.slice(0, 80)}`)
}

function readVariablesFile(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8')
  } catch (error) {
    throw new UsageError(`variables: expected a file that can be read, got ${file} (${(error as Error).message})`)
  }
}
