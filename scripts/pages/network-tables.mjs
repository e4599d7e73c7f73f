// Writes the tables of layers and of the keys of recipes in docs/networks.md from the tables of src/networks/description/:
//   node scripts/pages/network-tables.mjs
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const page = join(root, 'docs/networks.md')
const load = (name) => import(pathToFileURL(join(root, 'build/src/networks/description', name)).href)

/** The page with its tables as the parsers have them. */
export async function printPage() {
  const { LAYER_KINDS } = await load('layer-table.js')
  const { ADAM_FIELDS, AUGMENTATION_FIELDS, DECAY_FIELDS, MOMENTUM_FIELDS, RECIPE_FIELDS } =
    await load('recipe-fields.js')
  const { NETWORK_LIMITS } = await load('limits.js')
  const { describeExpected } = await load('fields.js')

  const shown = (value) => (value === undefined ? 'required' : `\`${JSON.stringify(value)}\``)
  const valuesOf = (field) =>
    field.kind === 'choice'
      ? field.choices.map((choice) => `\`"${choice}"\``).join(', ')
      : describeExpected(field).replace(/^an? /, '')
  const layers = Object.entries(LAYER_KINDS).map(
    ([type, { description, input, output, hasWeights }]) =>
      `| \`${type}\` | ${description} | ${input} | ${output} | ${hasWeights ? 'yes' : ''} |`,
  )
  const options = Object.entries(LAYER_KINDS).flatMap(([type, { fields }]) =>
    Object.entries(fields).map(
      ([key, field]) =>
        `| \`${type}\` | \`${key}\` | ${valuesOf(field)} | ${shown(field.default)} | ${field.description} |`,
    ),
  )
  const keysOf = (fields, prefix = '', suffix = '') =>
    Object.entries(fields).map(
      ([key, field]) =>
        `| \`${prefix}${key}\`${suffix} | ${field.description} | ${valuesOf(field)} | ${field.unit ?? ''} | ${shown(field.default)} | ${field.source ?? ''} |`,
    )
  const tables = {
    layers: ['| Type | What it does | Accepts | Gives | Weights |', '| --- | --- | --- | --- | --- |', ...layers],
    options: ['| Type | Option | Values | Default | Meaning |', '| --- | --- | --- | --- | --- |', ...options],
    recipe: [
      '| Key | Meaning | Values | Unit | Default | Source of the default |',
      '| --- | --- | --- | --- | --- | --- |',
      ...keysOf(RECIPE_FIELDS),
      ...keysOf(DECAY_FIELDS, 'decay.'),
      ...keysOf(ADAM_FIELDS, 'optimizer.', ' of adam'),
      ...keysOf(MOMENTUM_FIELDS, 'optimizer.', ' of momentum'),
      ...keysOf(AUGMENTATION_FIELDS, 'augmentation.'),
    ],
    limits: [
      '| What | At most |',
      '| --- | --- |',
      `| layers, with those inside blocks | ${NETWORK_LIMITS.layers.toLocaleString('en')} |`,
      `| lists of layers within each other | ${NETWORK_LIMITS.depth} |`,
      `| filters, units, widths, classes | ${NETWORK_LIMITS.width.toLocaleString('en')} |`,
      `| weights | ${NETWORK_LIMITS.weights.toLocaleString('en')} |`,
      `| numbers that all layers give for one input | ${NETWORK_LIMITS.values.toLocaleString('en')} |`,
      `| the same for a batch | ${NETWORK_LIMITS.batchValues.toLocaleString('en')} |`,
    ],
  }
  return Object.entries(tables).reduce(
    (text, [name, rows]) => replaceBetween(text, `<!-- ${name}: written by scripts/pages/network-tables.mjs -->`, rows),
    readPage(),
  )
}

/** The page as it is. */
export function readPage() {
  return readFileSync(page, 'utf8')
}

function replaceBetween(text, start, rows) {
  const from = text.indexOf(start)
  if (from < 0) throw new Error(`docs/networks.md: expected the line ${start}`)
  const to = text.indexOf('<!-- end of table -->', from)
  return `${text.slice(0, from)}${start}\n\n${rows.join('\n')}\n\n${text.slice(to)}`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(page, await printPage())
