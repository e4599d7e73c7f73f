import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ACT_BENCH_SCHEMAS, parseSchema } from '../../activations/search-space.js'
import { statFile } from '../tasks/byte-file.js'
import { type Fields, readFields, readList, readOptionalText, readText, readWhole, refuseField } from './fields.js'
import { parseData } from './parse-data.js'
import type { FisherDefinition, TaskDefinition } from './task-definition.js'

/** The file of a task's folder that describes it. */
export const TASK_FILE = 'task.json'

const KEYS = [
  ...['name', 'version', 'title', 'description', 'license', 'citation'],
  ...['data', 'network', 'recipe', 'searchSpace', 'fisher'],
]
const MOST_FILE_BYTES = 2 ** 22
/** Batch, seed and edges of the datasets that ship with the product. */
const FISHER: FisherDefinition = { batchSize: 128, seed: 0, edges: 101 }
const NAME = /^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$/
const VERSION = /^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/

/**
 * Reads `task.json` of a folder. Network, recipe and data files are not checked here. Throws an error of one line that names
 * the file, the field or the line, the expected and the found value.
 */
export function readTaskFile(folder: string): TaskDefinition {
  const file = join(folder, TASK_FILE)
  const { size } = statFile(file)
  if (size > MOST_FILE_BYTES) refuseField(file, `at most ${MOST_FILE_BYTES} bytes`, size)
  return parseTask(parseJson(file, readFileSync(file, 'utf8').replace(/^\uFEFF/, '')), file)
}

/** Parses the content of a task.json. `file` names it in messages. Throws like `readTaskFile`. */
export function parseTask(value: unknown, file: string): TaskDefinition {
  const fields = readFields(value, file, KEYS)
  const name = readMatch(
    fields,
    'name',
    NAME,
    '1 to 64 lower-case letters, digits and hyphens, without a hyphen at either end',
  )
  const data = fields.get('data')
  return {
    name,
    version: readMatch(fields, 'version', VERSION, 'a text such as "1", of up to 32 letters, digits, points, hyphens'),
    title: readText(fields, 'title', 200),
    description: readText(fields, 'description', 10_000),
    license: readOptionalText(fields, 'license', 200),
    citation: readOptionalText(fields, 'citation', 10_000),
    data: parseData(data.value, data.place),
    network: fields.get('network').value,
    recipe: fields.get('recipe').value,
    searchSpace: fields.has('searchSpace') ? readSchemas(fields) : ACT_BENCH_SCHEMAS,
    fisher: fields.has('fisher') ? readFisher(fields) : FISHER,
  }
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const { message } = error as Error
    const [, position] = /position (\d+)/.exec(message) ?? []
    const before = position === undefined ? text.trimEnd() : text.slice(0, Number(position))
    const lines = before.split('\n')
    const found = describeText(position === undefined ? '' : text.slice(Number(position)))
    throw new Error(
      `${file}: line ${lines.length}, column ${lines[lines.length - 1].length + 1}: expected JSON, got ${found}`,
    )
  }
}

function describeText(text: string): string {
  const [line] = text.split('\n', 1)
  if (text === '') return 'the end of the file'
  return line.trim() === '' ? 'a line break' : `'${line.slice(0, 40)}'`
}

function readMatch(fields: Fields, key: string, pattern: RegExp, expected: string): string {
  const { value, place } = fields.get(key)
  return typeof value === 'string' && pattern.test(value) ? value : refuseField(place, expected, value)
}

function readSchemas(fields: Fields): string[] {
  const schemas = readList(fields, 'searchSpace', [1, 20], (value, place) => {
    if (typeof value !== 'string') refuseField(place, 'a schema such as "unary(unary(x))"', value)
    return parseSchema(value, place).text
  })
  return [...new Set(schemas)]
}

function readFisher(fields: Fields): FisherDefinition {
  const { value, place } = fields.get('fisher')
  const fisher = readFields(value, place, ['batchSize', 'seed', 'edges'])
  const hasRule = fisher.has('edges') && fisher.get('edges').value === 'weights/100'
  return {
    batchSize: fisher.has('batchSize') ? readWhole(fisher, 'batchSize', 1, 4096) : FISHER.batchSize,
    seed: fisher.has('seed') ? readWhole(fisher, 'seed', 0, 2 ** 31 - 1) : FISHER.seed,
    edges: hasRule ? 'weights/100' : fisher.has('edges') ? readWhole(fisher, 'edges', 2, 10_001) : FISHER.edges,
  }
}
