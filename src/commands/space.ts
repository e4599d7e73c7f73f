import { availableParallelism } from 'node:os'
import process from 'node:process'
import { type Command, Option } from 'commander'
import { countExpressions, PLACEHOLDER_OPERATORS, parseSchema, type Schema } from '../activations/search-space.js'
import { EXIT_STATUS } from './exit-status.js'
import { wholeNumber } from './options.js'
import { addJsonOption, type OutputOptions, printResult } from './print-result.js'

interface SpaceOptions extends OutputOptions {
  readonly threads: number
  readonly dryRun?: boolean
}

/** Adds `actbench space add|list`, which store all functions of search spaces, so that they can be listed and searched. */
export function addSpaceCommand(program: Command): void {
  const space = program.command('space').description('the functions of whole search spaces')
  const add = space
    .command('add <schemas...>')
    .description(
      'store all functions of schemas such as "binary(unary(x),unary(x))"; repeat an interrupted command to continue it',
    )
    .addOption(
      new Option('--threads <count>', 'at the same time')
        .argParser(wholeNumber(1, 1024))
        .default(availableParallelism()),
    )
    .option('--dry-run', 'count the expressions and change nothing; needs no database')
  addJsonOption(add).action(addSpaces)
  addJsonOption(space.command('list').description('list the spaces that were added')).action(list)
}

async function list(options: OutputOptions): Promise<void> {
  const { withDatabase } = await import('./with-database.js')
  const { listSpaces } = await import('../db/activations/space-additions.js')
  await withDatabase(async ({ kysely }) => {
    const spaces = await listSpaces(kysely)
    const lines = spaces.map(({ schema, size, done }) => `${schema}: ${done} of ${size} expressions\n`)
    printResult(spaces, lines.join(''), options)
  })
}

async function addSpaces(texts: string[], options: SpaceOptions): Promise<void> {
  const { threads, dryRun } = options
  const schemas = texts.map((text) => parseSchema(text, 'schema'))
  if (dryRun) return count(schemas, options)
  const { analyzeActivations } = await import('../db/activations/analyze-activations.js')
  const { openSpaceComputer } = await import('../bulk/compute-space.js')
  const { onStopSignals } = await import('../start/on-stop-signals.js')
  const { withDatabase } = await import('./with-database.js')
  const stop = new AbortController()
  onStopSignals(
    () => stop.abort(),
    () => process.exit(130),
  )
  const computer = openSpaceComputer(threads)
  const added: object[] = []
  try {
    await withDatabase(async (database) => {
      for (const schema of schemas) {
        if (stop.signal.aborted) break
        const { text, ...result } = await addOne(database, schema, computer, stop.signal)
        added.push(result)
        if (!options.json) process.stdout.write(text)
      }
      await analyzeActivations(database.kysely)
    })
  } finally {
    await computer.close()
  }
  if (options.json) printResult(added, '', options)
  if (stop.signal.aborted) process.exitCode = EXIT_STATUS.interrupted
}

type Database = import('../db/connection/client.js').Database
type SpaceComputer = import('../bulk/compute-space.js').SpaceComputer

/** Adds one space and returns what was added, with a line that says so. */
async function addOne(database: Database, schema: Schema, computer: SpaceComputer, signal: AbortSignal) {
  const { addSpace } = await import('../services/imports/add-space.js')
  const { openSpaceProgress } = await import('../progress/space-progress.js')
  const size = countExpressions(schema)
  const progress = openSpaceProgress(schema.text, size)
  const started = performance.now()
  const reached = { first: -1, last: 0 }
  try {
    const { activations, expressions } = await addSpace(database, schema, {
      operators: PLACEHOLDER_OPERATORS,
      compute: (from, to) => computer.compute({ schema: schema.text, operators: PLACEHOLDER_OPERATORS, from, to }),
      onProgress(done, added) {
        if (reached.first < 0) reached.first = done
        reached.last = done
        progress.show(done, added.activations)
      },
      signal,
    })
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    const parts = [
      `${reached.last} of ${size} expressions`,
      ...(reached.first > 0 ? [`${reached.first} of them by an earlier command`] : []),
      `${expressions} new spellings`,
      `${activations} new functions`,
    ]
    progress.close()
    const text = `${schema.text}: ${parts.join(', ')}, in ${seconds} s\n`
    return { schema: schema.text, size, done: reached.last, expressions, activations, text }
  } finally {
    progress.close()
  }
}

function count(schemas: readonly Schema[], options: OutputOptions): void {
  const counts = schemas.map((schema) => ({ schema: schema.text, size: countExpressions(schema) }))
  const total = counts.reduce((sum, { size }) => sum + size, 0)
  const lines = counts.map(({ schema, size }) => `${schema}: ${size} expressions\n`)
  printResult(counts, `${lines.join('')}${total} in all; nothing was changed\n`, options)
}
