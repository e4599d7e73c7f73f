import { KNOWN_NAMES } from './known-names.js'

/** The other names of an operator that mean the same without further arguments, such as `silu` for `swish`. */
export function listAliases(operator: string): string[] {
  return ALIASES.get(operator) ?? []
}

const ALIASES = new Map<string, string[]>()
for (const [name, { parameters, meanings }] of KNOWN_NAMES) {
  const initials = new Map(parameters.map(({ names, initial }) => [names[0], initial]))
  const usual = meanings.find(({ conditions }) => conditions.every(([key, text]) => initials.get(key) === text))
  const required = parameters.filter(({ initial }) => initial === null).map(({ names }) => names[0])
  const [, operator, operands] = /^(\w+)\(([\w,]+)\)$/.exec(usual?.text ?? '') ?? []
  if (operands === required.join(',') && operator !== name) {
    ALIASES.set(operator, [...(ALIASES.get(operator) ?? []), name])
  }
}
