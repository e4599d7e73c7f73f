// Writes src/db/tables/generated.ts, the types of the tables for Kysely, from prisma/schema.prisma. Needs no database.
//   node scripts/table-types.mjs
//   node scripts/table-types.mjs --check     exit status 1 if the committed file differs
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const committed = 'src/db/tables/generated.ts'

const generated = generate()
if (process.argv[2] !== '--check') writeFileSync(join(root, committed), generated)
else if (readFileSync(join(root, committed), 'utf8') !== generated) {
  console.error(`${committed}: differs from prisma/schema.prisma; run \`node scripts/table-types.mjs\` and commit it`)
  process.exitCode = 1
}

/** The file that the generator writes, made in a folder of its own so that a check changes nothing. */
function generate() {
  const folder = mkdtempSync(join(root, 'build/table-types-'))
  try {
    const schema = readFileSync(join(root, 'prisma/schema.prisma'), 'utf8')
    writeFileSync(join(folder, 'schema.prisma'), schema.replace('"../src/db/tables"', JSON.stringify(folder)))
    const cli = join(root, 'node_modules/prisma/build/index.js')
    const options = ['generate', '--no-hints', '--generator', 'kysely', '--schema', join(folder, 'schema.prisma')]
    const PATH = [join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter)
    const run = spawnSync(process.execPath, [cli, ...options], {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, PATH },
    })
    if (run.status !== 0) throw new Error(`prisma generate failed:\n${run.stdout}\n${run.stderr}`)
    return readFileSync(join(folder, 'generated.ts'), 'utf8')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
