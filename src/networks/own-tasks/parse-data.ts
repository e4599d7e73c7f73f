import { type Fields, isWhole, readFields, readList, readOneOf, readText, readWhole, refuseField } from './fields.js'
import {
  type DataDefinition,
  type DataSource,
  listDataFiles,
  listSourceFiles,
  type SplitRule,
} from './task-definition.js'

const KEYS = [
  ...['train', 'validation', 'test', 'split', 'classes', 'shape', 'axes', 'range', 'scale', 'leastPerClass', 'sha256'],
]
/** Labels are stored as bytes. */
const MOST_CLASSES = 256
const MOST_SIDE = 65_536

/** Parses `data` of a task.json. Throws an error of one line that names the field, the expected and the found value. */
export function parseData(value: unknown, place: string): DataDefinition {
  const fields = readFields(value, place, KEYS)
  const source = (key: string) => {
    const { value, place } = fields.get(key)
    return parseSource(value, place)
  }
  const train = source('train')
  const validation = fields.has('validation') ? source('validation') : null
  const test = fields.has('test') ? source('test') : null
  const sources = { train, validation, test }
  checkFiles(sources, place)
  const data = {
    ...sources,
    split: parseSplit(fields, sources),
    ...parseClasses(fields),
    shape: fields.has('shape') ? readList(fields, 'shape', [1, 3], parseSide) : null,
    axes: fields.has('axes') ? readOneOf(fields, 'axes', ['channels-last', 'channels-first']) : 'channels-last',
    range: fields.has('range') ? parseRange(fields) : null,
    scale: fields.has('scale') ? readOneOf(fields, 'scale', ['channel', 'all', 'none']) : 'channel',
    leastPerClass: fields.has('leastPerClass') ? readWhole(fields, 'leastPerClass', 1, 1_000_000) : 1,
  } as const
  checkShape(fields, data.shape)
  return { ...data, sha256: parseChecksums(fields, listDataFiles({ ...data, sha256: {} })) }
}

const SOURCES = "an object with 'inputs' and 'labels', with 'table' and 'label', or with 'records' and 'format'"

function parseSource(value: unknown, place: string): DataSource {
  const keys = typeof value === 'object' && value !== null ? Object.keys(value) : []
  if (keys.includes('table')) {
    const fields = readFields(value, place, ['table', 'label', 'ignored'])
    const ignored = fields.has('ignored') ? readList(fields, 'ignored', [1, 10_000], parseName) : []
    return { kind: 'table', table: readFile(fields, 'table'), label: readText(fields, 'label', 200), ignored }
  }
  if (keys.includes('records')) {
    const fields = readFields(value, place, ['records', 'format'])
    const format = readOneOf(fields, 'format', ['cifar-10', 'cifar-100', 'cifar-100-coarse'])
    return { kind: 'records', records: readList(fields, 'records', [1, 1000], parsePath), format }
  }
  if (!keys.includes('inputs')) refuseField(place, SOURCES, value)
  const fields = readFields(value, place, ['inputs', 'labels'])
  return { kind: 'arrays', inputs: readFile(fields, 'inputs'), labels: readFile(fields, 'labels') }
}

function readFile(fields: Fields, key: string): string {
  const { value, place } = fields.get(key)
  return parsePath(value, place)
}

/** Workers elsewhere have a copy of the folder, so no path may lead out of it. */
function parsePath(value: unknown, place: string): string {
  const isInside =
    typeof value === 'string' &&
    /^[^\0\\]{1,500}$/.test(value) &&
    value.split('/').every((part) => part !== '' && part !== '..' && part !== '.')
  return isInside ? value : refuseField(place, 'a path inside of the folder, such as data/train.npy', value)
}

function parseName(value: unknown, place: string): string {
  const isName = typeof value === 'string' && /^\P{Cc}{1,200}$/u.test(value) && value.trim() === value
  return isName ? value : refuseField(place, 'a text of 1 to 200 characters without spaces at its ends', value)
}

function parseSide(value: unknown, place: string): number {
  return isWhole(value, 1, MOST_SIDE) ? value : refuseField(place, `a whole number from 1 to ${MOST_SIDE}`, value)
}

function checkShape(fields: Fields, shape: readonly number[] | null): void {
  if (shape?.length !== 2) return
  const { place } = fields.get('shape')
  refuseField(place, '[height, width, channels] of a picture, or [values] of a vector', shape)
}

function checkFiles(sources: Readonly<Record<string, DataSource | null>>, place: string): void {
  const used = new Map<string, string>()
  for (const [split, source] of Object.entries(sources)) {
    for (const file of source ? listSourceFiles(source) : []) {
      const other = used.get(file)
      if (other !== undefined)
        refuseField(`${place}.${split}`, 'files that nothing else uses', `${file}, as ${other} has`)
      used.set(file, split)
    }
  }
}

function parseClasses(fields: Fields): Pick<DataDefinition, 'classes' | 'classNames'> {
  const { value, place } = fields.get('classes')
  if (isWhole(value, 2, MOST_CLASSES)) return { classes: value, classNames: null }
  const isList = Array.isArray(value) && value.length >= 2 && value.length <= MOST_CLASSES
  if (!isList)
    refuseField(place, `a whole number from 2 to ${MOST_CLASSES}, or a list with the names of the classes`, value)
  const names = readList(fields, 'classes', [2, MOST_CLASSES], parseName)
  const repeated = names.find((name, i) => names.indexOf(name) !== i)
  if (repeated !== undefined) refuseField(place, 'different names', `'${repeated}' twice`)
  return { classes: names.length, classNames: names }
}

function parseRange(fields: Fields): readonly [number, number] {
  const { value, place } = fields.get('range')
  const [least, most] = Array.isArray(value) && value.length === 2 ? (value as unknown[]) : []
  const isRange = Number.isFinite(least) && Number.isFinite(most) && (least as number) < (most as number)
  return isRange ? [least as number, most as number] : refuseField(place, '[least, greatest], such as [0, 255]', value)
}

/** A split that has no files is taken from the training files. */
function parseSplit(
  fields: Fields,
  { validation, test }: Pick<DataDefinition, 'validation' | 'test'>,
): SplitRule | null {
  if (!fields.has('split')) {
    const missing = validation === null ? 'validation' : test === null ? 'test' : null
    if (missing === null) return null
    throw new Error(
      `${fields.place}.${missing}: missing; expected files, or 'split' with the share of the training files`,
    )
  }
  const { value, place } = fields.get('split')
  const rule = readFields(value, place, ['pick', 'seed', 'validation', 'test', 'stratified'])
  const pick = rule.has('pick') ? readOneOf(rule, 'pick', ['random', 'last']) : 'random'
  const isStratified = rule.has('stratified') ? readBoolean(rule, 'stratified') : false
  if (pick === 'last' && isStratified) refuseField(`${place}.stratified`, 'false, because pick is last', true)
  return {
    pick,
    seed: rule.has('seed') ? readWhole(rule, 'seed', 0, 2 ** 31 - 1) : 0,
    validation: readShare(rule, 'validation', validation !== null),
    test: readShare(rule, 'test', test !== null),
    stratified: isStratified,
  }
}

function readShare(rule: Fields, key: string, hasFiles: boolean): number {
  if (hasFiles) {
    if (rule.has(key))
      refuseField(`${rule.place}.${key}`, `nothing, because ${key} has files of its own`, rule.get(key).value)
    return 0
  }
  const { value, place } = rule.get(key)
  const isFraction = typeof value === 'number' && value > 0 && value < 1
  if (isFraction || isWhole(value, 1, 2 ** 31 - 1)) return value as number
  refuseField(place, 'a number of rows, or a fraction between 0 and 1', value)
}

function readBoolean(fields: Fields, key: string): boolean {
  const { value, place } = fields.get(key)
  return typeof value === 'boolean' ? value : refuseField(place, 'true or false', value)
}

function parseChecksums(fields: Fields, files: readonly string[]): Record<string, string> {
  if (!fields.has('sha256')) return {}
  const { value, place } = fields.get('sha256')
  const sums = readFields(value, place, files)
  return Object.fromEntries(
    files
      .filter((file) => sums.has(file))
      .map((file) => {
        const { value } = sums.get(file)
        const isSum = typeof value === 'string' && /^[0-9a-f]{64}$/i.test(value)
        if (!isSum) refuseField(`${place}['${file}']`, '64 hexadecimal digits', value)
        return [file, value.toLowerCase()]
      }),
  )
}
