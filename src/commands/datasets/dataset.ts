import process from 'node:process'
import type { Command } from 'commander'
import type { Database } from '../../db/connection/client.js'
import type { ListedDataset } from '../../db/datasets/list-datasets.js'
import type { Surrogate } from '../../db/generated/client.js'
import { UsageError } from '../exit-status.js'
import { OPERATOR } from '../operator.js'
import { addJsonOption, type OutputOptions, printResult } from '../print-result.js'
import { listDatasets as listOfService, showDataset } from '../remote/show-datasets.js'
import { asksService, hasAddress } from '../remote-options.js'
import { addDescriptionOptions, type DescriptionOptions } from './description-options.js'
import { addDeleteSpectraCommand } from './import-spectra.js'
import { addSnapshotCommands } from './snapshots.js'

const HELP = `
\`actbench dataset [NAME]\` asks the service at --url or ACTBENCH_URL. \`list\` and \`show\` do too if one of these is given;
otherwise they read the database of this machine, as all other subcommands do.

Examples:
  actbench dataset
  actbench --url https://bench.example dataset mini-cnn
  actbench dataset list --json`

/** Adds `actbench dataset`, and below it the commands for datasets and their snapshots. */
export function addDatasetCommand(program: Command): void {
  const dataset = program
    .command('dataset')
    .description('list, describe, change and delete datasets, close and open their exports')
    .usage('[options] [NAME | command]')
    .addHelpText('after', HELP)
  addShowOfServiceCommand(dataset)
  const listing = addJsonOption(dataset.command('list').description('list all datasets'))
  asksService(listing).action((options: OutputOptions) =>
    hasAddress(listing) ? listOfService(listing, options) : list(options),
  )
  const showing = addJsonOption(
    dataset
      .command('show <name>')
      .description(
        'print its licence, citation, source, checksum and size as JSON; of a service, what that says of it',
      ),
  )
  asksService(showing).action((name: string, options: OutputOptions) =>
    hasAddress(showing) ? showDataset(showing, name, options) : showStored(name),
  )
  addDescriptionOptions(
    dataset
      .command('update <name>')
      .description('change how an imported dataset, or one that a client made, is described'),
  ).action((name: string, changes: DescriptionOptions) =>
    withDatasets(async (database) => {
      const { updateDataset } = await import('../../services/datasets/update-dataset.js')
      const changed = await updateDataset(database, OPERATOR, { dataset: name, ...changes })
      process.stdout.write(`changed ${changed.name}\n`)
    }),
  )
  dataset
    .command('delete <name>')
    .description('delete an imported dataset, or one that a client made, with everything in it')
    .option('--yes', 'confirms it; without it nothing is deleted')
    .action(deleteOne)
  addDeleteSpectraCommand(dataset)
  addSnapshotCommands(dataset)
  dataset
    .command('close-exports <name>')
    .description('refuse to serve it as a file; queries still answer')
    .action((name: string) => change(name, true))
  dataset
    .command('open-exports <name>')
    .description('serve it as a file again')
    .action((name: string) => change(name, false))
}

/** `actbench dataset` and `actbench dataset NAME`. */
function addShowOfServiceCommand(dataset: Command): void {
  const command = dataset.command('of-service [name]', { isDefault: true, hidden: true })
  asksService(addJsonOption(command)).action((name: string | undefined, options: OutputOptions) =>
    name === undefined ? listOfService(command, options) : showDataset(command, name, options),
  )
}

function showStored(name: string): Promise<void> {
  return withDatasets(async (database) => {
    const { describeProvenance } = await import('../../services/exports/export-dataset.js')
    printResult(await describeProvenance(database, name), '', { json: true })
  })
}

function list(options: OutputOptions): Promise<void> {
  return withDatasets(async (database) => {
    const { listDatasets } = await import('../../db/datasets/list-datasets.js')
    const { findBestSurrogates } = await import('../../db/surrogates/find-surrogates.js')
    const datasets = await listDatasets(database.kysely)
    const surrogates = await findBestSurrogates(
      database.kysely,
      datasets.map(({ id }) => id),
    )
    const shown = datasets.map(({ id: _, ...dataset }, i) => {
      const surrogate = surrogates[i]
      return { ...dataset, surrogate: surrogate && describeSurrogate(surrogate) }
    })
    printResult(shown, shown.map((dataset) => `${formatDataset(dataset)}\n`).join(''), options)
  })
}

type DescribedSurrogate = Pick<Surrogate, 'version' | 'algorithm' | 'spearman' | 'fittedAt'>

function describeSurrogate({ version, algorithm, spearman, fittedAt }: DescribedSurrogate): DescribedSurrogate {
  return { version, algorithm, spearman, fittedAt }
}

function formatDataset(dataset: Omit<ListedDataset, 'id'> & { readonly surrogate: DescribedSurrogate | null }): string {
  const { name, version, origin, evaluations, runs, trainable, exportsClosed, owner, surrogate } = dataset
  return [
    name,
    `version ${version}`,
    origin,
    `${evaluations} evaluations`,
    `${runs} runs`,
    trainable ? 'trainable' : 'not trainable',
    surrogate ? `surrogate ${surrogate.version} (${surrogate.algorithm})` : 'no surrogate',
    ...(exportsClosed ? ['exports closed'] : []),
    ...(owner === null ? [] : [`owned by ${owner}`]),
  ].join('  ')
}

async function deleteOne(name: string, { yes }: { readonly yes?: boolean }): Promise<void> {
  if (!yes) throw new UsageError(`dataset delete: this deletes ${name} with its evaluations; repeat it with --yes`)
  await withDatasets(async (database) => {
    const { deleteDataset } = await import('../../services/datasets/delete-dataset.js')
    process.stdout.write(`deleted ${await deleteDataset(database, OPERATOR, name)}\n`)
  })
}

function change(name: string, isClosed: boolean): Promise<void> {
  return withDatasets(async (database) => {
    const { changeExportsClosed } = await import('../../services/datasets/exports-closed.js')
    await changeExportsClosed(database, name, isClosed)
    process.stdout.write(`the exports of ${name} are ${isClosed ? 'closed' : 'open'}\n`)
  })
}

async function withDatasets(work: (database: Database) => Promise<void>): Promise<void> {
  const { withDatabase } = await import('../with-database.js')
  await withDatabase(work)
}
