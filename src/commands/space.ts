import { availableParallelism } from 'node:os'
import process from 'node:process'
import { type Command, Option } from 'commander'
import { countExpressions, PLACEHOLDER_OPERATORS, parseSchema, type Schema } from '../activations/search-space.js'
import { wholeNumber } from './options.js'

interface SpaceOptions {
  readonly threads: number
  readonly dryRun?: boolean
}

/** Adds `actbench space add`, which stores all functions of a search space, so that they can be listed and searched. */
export function addSpaceCommand(program: Command): void {
  program
    .command('space')
    .description('the functions of whole search spaces')
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
    .action(add)
}

async function add(texts: string[], { threads, dryRun }: SpaceOptions): Promise<void> {
  const schemas = texts.map((text) => parseSchema(text, 'schema'))
  if (dryRun) return count(schemas)
  const { analyzeActivations } = await import('../db/activations/analyze-activations.js')
  const { openSpaceComputer } = await import('../bulk/compute-space.js')
  const { onStopSignals } = await import('../start/on-stop-signals.js')
  const { prepareDatabase } = await import('../start/prepare-database.js')
  const { withDatabase } = await import('./with-database.js')
  const stop = new AbortController()
  onStopSignals(
    () => stop.abort(),
    () => process.exit(130),
  )
  const computer = openSpaceComputer(threads)
  try {
    await withDatabase(async (database, config) => {
      await prepareDatabase(database, config, () => {})
      for (const schema of schemas) {
        if (!stop.signal.aborted) await addOne(database, schema, computer, stop.signal)
      }
      await analyzeActivations(database.kysely)
    })
  } finally {
    await computer.close()
  }
  if (stop.signal.aborted) process.exitCode = 130
}

type Database = import('../db/connection/client.js').Database
type SpaceComputer = import('../bulk/compute-space.js').SpaceComputer

async function addOne(database: Database, schema: Schema, computer: SpaceComputer, signal: AbortSignal): Promise<void> {
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
    process.stdout.write(`${schema.text}: ${parts.join(', ')}, in ${seconds} s\n`)
  } finally {
    progress.close()
  }
}

function count(schemas: readonly Schema[]): void {
  const counts = schemas.map((schema) => countExpressions(schema))
  schemas.forEach((schema, place) => {
    process.stdout.write(`${schema.text}: ${counts[place]} expressions\n`)
  })
  process.stdout.write(`${counts.reduce((sum, size) => sum + size, 0)} in all; nothing was changed\n`)
}
