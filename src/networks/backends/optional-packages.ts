import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { version_core } from '@tensorflow/tfjs-core'
import { PROJECT_ROOT } from '../../root.js'

/** The backends whose packages `npm ci` does not install. Each has a folder in `backends/` that pins its packages. */
export const OPTIONAL_BACKENDS = ['tfjs-node-gpu', 'tfjs-node', 'webgpu'] as const

export type OptionalBackend = (typeof OPTIONAL_BACKENDS)[number]

/**
 * The folder of a backend's packages. It is not the folder of the service's own packages: there, `npm ci` would remove them,
 * and npm 11 installs no optional peer of a project. Its packages find TensorFlow.js core in the folder above.
 */
export function folderOf(backend: OptionalBackend): string {
  return join(PROJECT_ROOT, 'backends', backend)
}

/** The lock file that was installed last; written when an installation is complete. */
export function stampOf(backend: OptionalBackend): string {
  return join(folderOf(backend), 'node_modules/.installed-lock.json')
}

/** Whether the packages of a backend are installed, complete and in the versions of its lock file. */
export function isBackendInstalled(backend: OptionalBackend): boolean {
  const stamp = stampOf(backend)
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === readFileSync(lockFileOf(backend), 'utf8')
}

export function lockFileOf(backend: OptionalBackend): string {
  return join(folderOf(backend), 'package-lock.json')
}

/** Imports a package of a backend. If it is not installed, the error gives the command that installs it. */
export async function importOptional(backend: OptionalBackend, name: string): Promise<Record<string, unknown>> {
  if (!isBackendInstalled(backend)) {
    throw new Error(`not installed: run \`npx actbench backend install ${backend}\``)
  }
  const path = createRequire(join(folderOf(backend), 'package.json')).resolve(name)
  return (await import(pathToFileURL(path).href)) as Record<string, unknown>
}

/** The version that a package states of itself. TensorFlow.js packages have the version of their core. */
export function versionOf(module: Record<string, unknown>, packageName: string): string {
  const exported = (module.default ?? module) as Record<string, unknown>
  const stated = (exported.version as Record<string, unknown> | undefined)?.[packageName]
  return typeof stated === 'string' ? stated : version_core
}
