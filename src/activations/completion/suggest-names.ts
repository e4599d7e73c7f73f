import { findFrameworkNames, PREFIXES } from '../language/framework-names.js'
import { KNOWN_NAMES } from '../language/known-names.js'
import { findNearestNames, listShortNames } from '../language/nearest-names.js'
import { type Callee, findCallee } from '../language/parse-call.js'
import { findOperator, OPERATORS } from '../operators.js'
import type { Candidate } from './candidate.js'
import { describeName, writeCall } from './describe-name.js'

/** Functions to begin with, if nothing is typed yet. */
const COMMON = ['relu', 'sigmoid', 'tanh', 'gelu', 'swish', 'softplus', 'exp', 'max', 'where', 'abs']
const NAMES: readonly string[] = [
  ...new Set([...OPERATORS.map(({ name }) => name), ...KNOWN_NAMES.keys(), ...listShortNames()]),
]
const ORDER: ReadonlyMap<string, number> = new Map(NAMES.map((name, index) => [name, index]))
/** Shorter prefixes first: torch before torch.nn. */
const ALL_PREFIXES = Object.values(PREFIXES)
  .flatMap((prefixes) => prefixes.split(' '))
  .sort((a, b) => a.length - b.length)
const MAX_PREFIXES = 3
const NAMES_OF_PREFIX = 4
/** With fewer names that contain the word, names that are spelled in a similar way help. */
const ENOUGH = 5

interface Leaf {
  readonly word: string
  readonly text: string
  readonly detail: string
}

const LEAVES: readonly Leaf[] = [
  { word: 'x', text: 'x', detail: 'the input' },
  { word: 'pi', text: 'pi', detail: 'the number 3.141592653589793' },
  { word: 'e', text: 'e', detail: 'the number 2.718281828459045' },
  { word: 'param', text: 'param(0.25)', detail: 'a parameter that training finds, with its initial value' },
]

/** Where a name is typed, and whether its arguments are there already. */
export interface NamePlace {
  readonly word: string
  readonly from: number
  readonly to: number
  /** Whether an opening parenthesis follows. */
  readonly hasArguments: boolean
}

/** Names that may stand for a word, the likeliest first: those that begin with it, contain it, or are similar. */
export function suggestNames(place: NamePlace): Candidate[] {
  const { word } = place
  const point = word.lastIndexOf('.')
  const prefix = word.slice(0, Math.max(point, 0))
  const last = word.slice(point + 1)
  if (prefix === 'x') return suggestMethods({ ...place, word: last, from: place.from + 2 })
  if (point !== -1 && findFrameworkNames(prefix) !== null) {
    return [...suggestCalls(place, matchNames(last), `${prefix}.`), ...suggestPrefixes(place)]
  }
  const leaves = LEAVES.filter((leaf) => leaf.word.startsWith(word))
  const calls = suggestCalls(place, matchNames(last), '')
  if (word === '') return [toLeaf(place, LEAVES[0]), ...calls]
  const exact = calls.filter(({ label }) => label === word)
  const others = calls.filter(({ label }) => label !== word)
  return [...exact, ...leaves.map((leaf) => toLeaf(place, leaf)), ...others, ...suggestPrefixes(place)]
}

/** Numbers by their names, and parameters. */
export function suggestLeaves(place: NamePlace): Candidate[] {
  return LEAVES.slice(1).map((leaf) => toLeaf(place, leaf))
}

/** Calls on a value, such as `.tanh()`. */
export function suggestMethods({ word, from, to, hasArguments }: NamePlace): Candidate[] {
  return matchNames(word).flatMap((name) => {
    const callee = findCallee(`torch.${name}`, false)
    if (callee === null) return []
    const text = hasArguments ? name : writeCall({ ...callee, name }).replace(/\(x,?/, '(')
    return [{ from, to, variants: [text], label: name, detail: describeName(callee) }]
  })
}

function suggestCalls(place: NamePlace, names: readonly string[], prefix: string): Candidate[] {
  return names.flatMap((name) => {
    const callee = findCallee(`${prefix}${name}`, false)
    return callee === null ? [] : [toCall(place, callee)]
  })
}

/** Functions of the frameworks whose names begin with the word: `torch.relu(x)` for `tor`. */
function suggestPrefixes(place: NamePlace): Candidate[] {
  const { word } = place
  if (word === '') return []
  const prefixes = ALL_PREFIXES.filter((one) => one.startsWith(word) || `${one}.` === word).slice(0, MAX_PREFIXES)
  return prefixes.flatMap((one) => suggestCalls(place, COMMON.slice(0, NAMES_OF_PREFIX), `${one}.`))
}

function toCall({ from, to, hasArguments }: NamePlace, callee: Callee): Candidate {
  const { name } = callee
  return { from, to, variants: [hasArguments ? name : writeCall(callee)], label: name, detail: describeName(callee) }
}

function toLeaf({ from, to }: NamePlace, { text, detail }: Leaf): Candidate {
  return { from, to, variants: [text], label: text, detail }
}

/** Known names for a word, each spelling once. */
function matchNames(word: string): string[] {
  if (word === '') return COMMON
  const plain = simplify(word)
  const ranked = NAMES.map((name) => ({ name, rank: rankOf(name, word, plain) })).filter(({ rank }) => rank < NO_MATCH)
  ranked.sort(
    (a, b) =>
      a.rank - b.rank ||
      Number(COMMON.includes(b.name)) - Number(COMMON.includes(a.name)) ||
      kindOf(a.name) - kindOf(b.name) ||
      a.name.length - b.name.length ||
      (ORDER.get(a.name) ?? 0) - (ORDER.get(b.name) ?? 0),
  )
  const similar = ranked.length < ENOUGH ? findNearestNames(word) : []
  const seen = new Set<string>()
  return [...ranked.map(({ name }) => name), ...similar].filter((name) => {
    const spelling = simplify(name)
    return !seen.has(spelling) && seen.add(spelling)
  })
}

/** Operators first, then names of frameworks, then those of the literature. */
function kindOf(name: string): number {
  if (KNOWN_NAMES.has(name)) return 1
  return findOperator(name) === null ? 2 : 0
}

const NO_MATCH = 4

function rankOf(name: string, word: string, plain: string): number {
  if (name === word) return 0
  if (name.startsWith(word)) return 1
  if (plain === '') return NO_MATCH
  const simple = simplify(name)
  if (simple.startsWith(plain)) return 2
  return plain.length > 1 && simple.includes(plain) ? 3 : NO_MATCH
}

function simplify(name: string): string {
  return name.toLowerCase().replaceAll('_', '')
}
