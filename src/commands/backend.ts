import process from 'node:process'
import { Argument, type Command } from 'commander'
import { readConfig } from '../config.js'
import { OPTIONAL_BACKENDS, type OptionalBackend } from '../networks/backends/optional-packages.js'
import { addJsonOption, type OutputOptions, printResult } from './print-result.js'

/** Adds `actbench backend`, which shows or installs what trains networks on this machine. */
export function addBackendCommand(program: Command): void {
  const backend = program
    .command('backend')
    .description('show which backend trains networks here, and install the packages of others')
  addJsonOption(backend.command('show', { isDefault: true }))
    .description('open the backend of ACTBENCH_BACKEND, and say which one it is and why it was chosen (default)')
    .action(showBackend)
  backend
    .command('install')
    .description('install the packages of a backend into its folder in backends/, where `npm ci` leaves them')
    .addArgument(new Argument('<backend>').choices(OPTIONAL_BACKENDS))
    .action(install)
}

async function showBackend(options: OutputOptions): Promise<void> {
  const { openBackend } = await import('../networks/backends/backend.js')
  const { backend, webgpuCard } = readConfig()
  const { name, device, softwareVersion, reason, close } = await openBackend(backend, webgpuCard)
  close()
  const lines = [`${name} on ${device}`, softwareVersion, ...reason.split('; ')]
  printResult({ name, device, softwareVersion, reason }, `${lines.join('\n')}\n`, options)
}

async function install(backend: OptionalBackend): Promise<void> {
  const { installBackend } = await import('../networks/backends/install-backend.js')
  const isNew = await installBackend(backend)
  process.stdout.write(`${backend}: ${isNew ? 'installed' : 'is installed already'}\n`)
}
