// The service makes the functions of its operators from their formulas when it starts. Pages with a strict content security
// policy must not do that, so a build for browsers writes the functions out.
import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const source = resolve(dirname(fileURLToPath(import.meta.url)), '../../src/activations')

/** A plugin for esbuild that replaces the module that makes functions from formulas by the functions themselves. */
export async function writeOperatorsOut() {
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
