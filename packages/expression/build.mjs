// Builds the package into dist/: one file of JavaScript from the sources of the service, and its types.
//   node packages/expression/build.mjs
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { writeOperatorsOut } from './operators-plugin.mjs'

const folder = dirname(fileURLToPath(import.meta.url))
const root = resolve(folder, '../..')
const dist = join(folder, 'dist')
const TARGETS = ['node20', 'es2022']

rmSync(dist, { recursive: true, force: true })
mkdirSync(dist, { recursive: true })
await build({
  ...{ bundle: true, format: 'esm', platform: 'neutral', target: TARGETS, charset: 'utf8', legalComments: 'none' },
  entryPoints: [join(folder, 'src/index.ts')],
  outfile: join(dist, 'index.js'),
  banner: { js: '// The expression language of actbench. Apache-2.0.' },
  plugins: [await writeOperatorsOut()],
})
writeTypes()

/** Writes the types of the entry file, and of the files that they need. */
function writeTypes() {
  const everything = join(dist, 'types')
  execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder], { stdio: 'inherit' })
  const kept = join(dist, 'kept')
  const seen = new Set()
  const keep = (file) => {
    if (seen.has(file)) return
    seen.add(file)
    const text = readFileSync(file, 'utf8')
    const target = join(kept, relative(everything, file))
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, text)
    for (const [, imported] of text.matchAll(/(?:from |import\()['"](\.[^'"]+)\.js['"]/g)) {
      keep(join(dirname(file), `${imported}.d.ts`))
    }
  }
  keep(join(everything, 'packages/expression/src/index.d.ts'))
  rmSync(everything, { recursive: true })
  cpSync(kept, everything, { recursive: true })
  rmSync(kept, { recursive: true })
  writeFileSync(join(dist, 'index.d.ts'), "export * from './types/packages/expression/src/index.js'\n")
}
