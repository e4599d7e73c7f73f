import type { Alias } from '../language/alias.js'
import type { Callee } from '../language/parse-call.js'
import { findOperator, type Operator } from '../operators.js'

/** Arguments after the first that make sense as an example. The first argument is x. */
const EXAMPLES: Readonly<Record<string, string>> = {
  add: 'x,1',
  sub: 'x,1',
  mul: 'x,0.5',
  div: 'x,2',
  pow: 'x,2',
  max: 'x,0',
  min: 'x,1',
  clip: 'x,-1,1',
  where: 'x>0,x,0',
}
/** Values of required arguments that are an example. */
export const EXAMPLE_VALUES: Readonly<Record<string, string>> = {
  condition: 'x>0',
  threshold: '0',
  value: '0',
  a_min: '-1',
  a_max: '1',
  min: '-1',
  max: '1',
}

/** A call of a name with example arguments, such as `max(x,0)`. Classes with a prefix are called twice: `nn.ReLU()(x)`. */
export function writeCall({ name, meaning }: Callee): string {
  const isClass = /\.[A-Z]\w*$/.test(name)
  if ('arity' in meaning) return `${name}(${exampleOf(meaning)})`
  const required = meaning.parameters
    .filter(({ names, initial }) => initial === null || (initial === 'None' && names[0] in EXAMPLE_VALUES))
    .map(({ names }) => names[0])
  if (isClass && required.length === 1) return `${name}()(x)`
  return `${name}(${required.map((one, index) => EXAMPLE_VALUES[one] ?? (index === 0 ? 'x' : '1')).join(',')})`
}

/** What a name means, in a line: a formula, or the operator that it is another name of. */
export function describeName({ meaning }: Callee): string {
  if ('arity' in meaning) return meaning.definition
  const usual = usualMeaning(meaning)
  const [, name] = /^(\w+)\(x\)$/.exec(usual) ?? []
  const operator = name === undefined ? null : findOperator(name)
  const formula = operator === null ? usual : `${usual}: ${operator.definition}`
  const options = meaning.parameters.filter(({ names, initial }) => initial !== null && names[0] !== 'inplace')
  const shown = options.map(({ names, initial }) => `${names[0]}=${initial}`).join(', ')
  return shown === '' ? formula : `${formula}; ${shown}`
}

/** The meaning if no optional argument is given. */
function usualMeaning({ parameters, meanings }: Alias): string {
  const initials = new Map(parameters.map(({ names, initial }) => [names[0], initial]))
  const usual = meanings.find(({ conditions }) => conditions.every(([key, text]) => initials.get(key) === text))
  const last = meanings[meanings.length - 1]
  // Without limits, clamp(x) is x.
  return usual === undefined || usual.text === 'x' ? last.text : usual.text
}

/** The arguments of an operator as an example, separated by commas. */
export function exampleOf({ name, arity }: Operator): string {
  if (arity === 'UNARY') return 'x'
  return EXAMPLES[name] ?? (arity === 'N_ARY' ? 'x,1' : 'x,0')
}
