import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, dirname, isAbsolute, join } from 'node:path'
import { PROJECT_ROOT } from './root.js'

const LOCAL = '.actbench'

/**
 * The data folder if ACTBENCH_DATA names none: `.actbench` in the current folder. An installed package may be started in any
 * folder, so unless there is such a folder already, its data are in that of the user's data, as XDG says.
 */
export function findDataFolder(
  environment: Readonly<Record<string, string | undefined>>,
  isInstalled: boolean = basename(dirname(PROJECT_ROOT)) === 'node_modules',
): string {
  if (!isInstalled || existsSync(LOCAL)) return LOCAL
  const { XDG_DATA_HOME: named = '' } = environment
  // A relative path is to be ignored.
  return join(isAbsolute(named) ? named : join(homedir(), '.local/share'), 'actbench')
}
