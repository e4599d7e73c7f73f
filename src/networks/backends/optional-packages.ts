import { version_core } from '@tensorflow/tfjs-core'

/** The optional peer dependencies of package.json, in the versions that were tried. */
export const OPTIONAL_VERSIONS = {
  '@tensorflow/tfjs-node-gpu': '4.22.0',
  '@tensorflow/tfjs-node': '4.22.0',
  '@tensorflow/tfjs-backend-webgpu': '4.22.0',
  webgpu: '0.6.2',
}

/** Imports an optional package. If it is not installed, the error gives the command that installs it. */
export async function importOptional(name: keyof typeof OPTIONAL_VERSIONS): Promise<Record<string, unknown>> {
  try {
    // The name is a variable, so that compilers and bundlers do not ask for a package that may be absent.
    return (await import(name)) as Record<string, unknown>
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new Error(`not installed; npm install --no-save ${name}@${OPTIONAL_VERSIONS[name]} installs it`)
  }
}

/** The version that a package states of itself. TensorFlow.js packages have the version of their core. */
export function versionOf(module: Record<string, unknown>, packageName: string): string {
  const exported = (module.default ?? module) as Record<string, unknown>
  const stated = (exported.version as Record<string, unknown> | undefined)?.[packageName]
  return typeof stated === 'string' ? stated : version_core
}
