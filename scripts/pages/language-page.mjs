// Writes the generated tables of docs/language.md from the tables of the code and from test/data/activations/literature.json:
//   node scripts/pages/language-page.mjs
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const page = join(root, 'docs/language.md')
const load = (path) => import(join(root, 'build/src/activations', path))

/** The tables as Markdown, by the name in their marks. */
export async function printTables() {
  const { OPERATORS } = await load('operators.js')
  const { listAliases } = await load('language/operator-aliases.js')
  const { KNOWN_NAMES } = await load('language/known-names.js')
  const { DIFFERENCES, PREFIXES } = await load('language/framework-names.js')
  const { parseExpression } = await load('parse-expression.js')
  const { formatExpression } = await load('expression.js')
  const literature = JSON.parse(readFileSync(join(root, 'test/data/activations/literature.json'), 'utf8'))
  return {
    operators: table(
      ['Operator', 'Definition', 'Other names', 'In the Act-Bench space'],
      OPERATORS.map((operator) => [
        code(`${operator.name}(${OPERANDS[operator.arity]})`),
        /[|*^_]/.test(operator.definition) ? code(operator.definition) : operator.definition,
        listAliases(operator.name).map(code).join(', '),
        operator.inActBench ? 'yes' : '',
      ]),
    ),
    names: table(
      ['Name', 'Meaning'],
      [...new Set(KNOWN_NAMES.values())].flatMap((alias) => describeAlias('', alias)),
    ),
    prefixes: table(
      ['Framework', 'Prefixes'],
      Object.entries(PREFIXES).map(([framework, prefixes]) => [framework, prefixes.split(' ').map(code).join(', ')]),
    ),
    differences: table(
      ['Name', 'Meaning'],
      Object.entries(DIFFERENCES).flatMap(([framework, names]) =>
        [...new Set(names.values())].flatMap((alias) => describeAlias(`${SHORT_PREFIXES[framework]}.`, alias)),
      ),
    ),
    literature: table(
      ['Function', 'As people write it', 'As the parser reads it'],
      literature.map(([name, text]) => [name, code(text), code(formatExpression(parseExpression(text)))]),
    ),
  }
}

/** The tables of the page, by the name in their marks. */
export function readTables() {
  const text = readFileSync(page, 'utf8')
  const marks = [...text.matchAll(MARKS)]
  return Object.fromEntries(marks.map(([, , name, content]) => [name, content.trim()]))
}

const MARKS = /(<!-- (\w+): written by scripts\/pages\/language-page\.mjs -->)([\s\S]*?)(<!-- end -->)/g
const OPERANDS = { UNARY: 'x', BINARY: 'x,y', TERNARY: 'x,y,z', N_ARY: 'x1,x2,...' }
const SHORT_PREFIXES = { torch: 'F', jax: 'jax.nn', tf: 'tf.nn', keras: 'keras.activations', numpy: 'np' }

/** A row for each meaning of an alias. */
function describeAlias(prefix, { names, parameters, meanings }) {
  const shown = parameters.filter(({ names: [name] }) => name !== 'inplace')
  const given = shown.map(({ names: [name], initial }) => (initial === null ? name : `${name}=${initial}`)).join(', ')
  const calls = names.map((name, index) => code(`${prefix}${name}${index === 0 ? `(${given})` : ''}`)).join(', ')
  return meanings.map(({ conditions, text }, index) => {
    const when = conditions.map(([name, value]) => `${name}=${value}`).join(', ')
    const label = meanings.length === 1 ? '' : when === '' ? 'else ' : `if ${code(when)}: `
    return [index === 0 ? calls : '', `${label}${code(text)}`]
  })
}

function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

function code(text) {
  return `\`${text.replaceAll('|', '\\|')}\``
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { build } = await import('../build.mjs')
  await build()
  const tables = await printTables()
  const text = readFileSync(page, 'utf8')
  const written = text.replace(MARKS, (_, start, name, __, end) => `${start}\n\n${tables[name]}\n\n${end}`)
  if (written !== text) writeFileSync(page, written)
}
