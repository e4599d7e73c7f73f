import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:fs'
import { access, copyFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { PROJECT_ROOT } from '../../root.js'
import { folderOf, isBackendInstalled, lockFileOf, type OptionalBackend, stampOf } from './optional-packages.js'

/**
 * Installs the packages of a backend in the versions of its lock file, with npm 10 or newer. Returns false if they are
 * installed already. An installation that was interrupted does not count, and the next one starts from nothing.
 */
export async function installBackend(backend: OptionalBackend): Promise<boolean> {
  if (isBackendInstalled(backend)) return false
  const folder = folderOf(backend)
  await access(folder, constants.W_OK).catch(() => {
    throw new Error(`${folder}: cannot be written; expected a clone or an installation in a folder of your own`)
  })
  // Peers are left out: TensorFlow.js core must be the one of the service.
  await runNpm(['ci', '--omit=dev', '--legacy-peer-deps', '--no-audit', '--no-fund'], folder)
  // A second copy of TensorFlow.js core would have an engine of its own, which knows none of our kernels.
  const copy = join(folder, 'node_modules/@tensorflow/tfjs-core')
  await rm(copy, { recursive: true, force: true })
  await access(join(PROJECT_ROOT, 'node_modules/@tensorflow/tfjs-core'))
  await copyFile(lockFileOf(backend), stampOf(backend))
  return true
}

/** What npm prints goes to standard error, so that standard output has results only. */
async function runNpm(args: readonly string[], folder: string): Promise<void> {
  // On Windows npm is a script, which only a shell can start.
  const child = spawn('npm', args, {
    cwd: folder,
    stdio: ['ignore', process.stderr, process.stderr],
    shell: process.platform === 'win32',
  })
  const [status] = (await once(child, 'close')) as [number | null]
  if (status !== 0) throw new Error(`npm ${args.join(' ')} in ${folder} ended with status ${status}; see its output`)
}
