// Builds the package into dist/: one file of JavaScript from the sources of the service, and its types.
//   node packages/expression/build.mjs
// The service makes the functions of its operators from their formulas when it starts. Pages with a strict content security
// policy must not do that, so this build writes the functions out.
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const folder = dirname(fileURLToPath(import.meta.url))
const root = resolve(folder, '../..')
const source = join(root, 'src/activations')
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

/** Replaces the module that makes functions from formulas by the functions themselves. */
async function writeOperatorsOut() {
  const original = readFileSync(join(source, 'operator-functions.ts'), 'utf8')
  const imports = original.match(/^import [^']*? from '\.\/functions\/[^']+'$/gm)
  const forms = await loadForms()
  const rows = [...forms].map(([definition, { value, factors }]) => {
    return `[${JSON.stringify(definition)}, { value: ${value}, factors: ${factors} }]`
  })
  const contents = `${imports.join('\n')}
const FUNCTIONS = new Map([\n${rows.join(',\n')}\n])
export const compileFactors = ({ definition }) => FUNCTIONS.get(definition).factors
export const compileOperator = (form) => {
  const { value, factors } = FUNCTIONS.get(form.definition)
  return { value, derivatives: (...operands) => factors(...operands).map(([first, second = 1]) => first * second) }
}`
  return {
    name: 'operators',
    setup({ onLoad }) {
      onLoad({ filter: /[\\/]activations[\\/]operator-functions\.ts$/ }, () => ({
        contents,
        loader: 'js',
        resolveDir: source,
      }))
    },
  }
}

/** The source of each operator, by its definition. */
async function loadForms() {
  const { outputFiles } = await build({
    ...{ bundle: true, format: 'esm', platform: 'neutral', write: false },
    stdin: {
      contents: "export { OPERATORS } from './operators.ts'; export { operatorSource } from './operator-source.ts'",
      resolveDir: source,
    },
  })
  const { OPERATORS, operatorSource } = await import(
    `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`
  )
  const forms = new Map()
  for (const { form } of OPERATORS) {
    const text = operatorSource(form)
    const other = forms.get(form.definition)
    if (other !== undefined && other.factors !== text.factors) throw new Error(`two operators are ${form.definition}`)
    forms.set(form.definition, text)
  }
  return forms
}

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
