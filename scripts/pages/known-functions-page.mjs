// Writes the table of docs/known-functions.md from the list of the code and from the shipped evaluations of Fashion-CNN:
//   node scripts/pages/known-functions-page.mjs
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const page = join(root, 'docs/known-functions.md')
const load = (path) => import(join(root, 'build/src/activations', path))

/** The table as Markdown. */
export async function printTable() {
  const { KNOWN_FUNCTIONS } = await load('known-functions/known-functions.js')
  const { parseText } = await load('language/parse-text.js')
  const { computeIdentity } = await load('identity.js')
  const identityOf = (text) => computeIdentity(parseText(text)).id
  const rankOf = rankEvaluations(identityOf)
  const rows = KNOWN_FUNCTIONS.map(({ name, aliases, expression, year, reference }) => [
    name,
    aliases.join(', '),
    `\`${expression.replaceAll('|', '\\|')}\``,
    year ?? '',
    reference ?? '',
    rankOf.get(identityOf(expression)) ?? '',
  ])
  const line = (cells) => `| ${cells.join(' | ')} |`
  const head = ['Function', 'Other names', 'Formula', 'Year', 'Reference', 'Rank']
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** The table of the page. */
export function readTable() {
  return MARKS.exec(readFileSync(page, 'utf8'))[2].trim()
}

const MARKS = /(<!-- functions: written by scripts\/pages\/known-functions-page\.mjs -->)([\s\S]*?)(<!-- end -->)/

/** The ranks of the functions on the leaderboard of the shipped data, by identity. Equal accuracies have equal ranks. */
function rankEvaluations(identityOf) {
  const read = (name) => gunzipSync(readFileSync(join(root, 'seed/fashion-cnn', name))).toString()
  const evaluations = Object.entries(JSON.parse(read('evaluations.json.gz'))).map(([expression, entry]) => ({
    expression,
    validationAccuracy: entry['Validation Accuracy'],
  }))
  const lines = read('literature.jsonl.gz')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  const all = [...evaluations, ...lines.filter((line) => 'seed' in line)]
  const ranks = new Map()
  for (const { expression, validationAccuracy } of all) {
    const better = all.filter((other) => other.validationAccuracy > validationAccuracy)
    ranks.set(identityOf(expression), 1 + better.length)
  }
  return ranks
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { build } = await import('../build.mjs')
  await build()
  const table = await printTable()
  const text = readFileSync(page, 'utf8')
  const written = text.replace(MARKS, (_, start, __, end) => `${start}\n\n${table}\n\n${end}`)
  if (written !== text) writeFileSync(page, written)
}
