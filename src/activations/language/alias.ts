/** What an argument of a known name may be: an expression, or a word such as True, None or 'tanh'. */
export interface AliasParameter {
  /** The names that a keyword argument may have; the first one is the name in the meanings. */
  readonly names: readonly string[]
  /** The text of the value if the argument is missing; null if the argument is required. */
  readonly initial: string | null
}

/** A name of a framework or of the literature, and what it means in the operators of the language. */
export interface Alias {
  readonly names: readonly string[]
  readonly parameters: readonly AliasParameter[]
  /** The first meaning whose conditions hold counts. */
  readonly meanings: readonly AliasMeaning[]
}

export interface AliasMeaning {
  /** Texts that parameters must have, by name. */
  readonly conditions: readonly (readonly [name: string, text: string])[]
  /** A text of the language, in which the parameters stand for their values. */
  readonly text: string
}

/**
 * A row of a table: names, separated by spaces; parameters, such as `x, slope|alpha=0.01`; and the meaning. If the meaning
 * depends on arguments, it is a list of conditions, such as `slope=0.01`, with their meanings.
 */
export type AliasRow = readonly [names: string, parameters: string, meaning: string | Readonly<Record<string, string>>]

/** Reads the rows of a table; the keys are the names. */
export function readAliases(rows: readonly AliasRow[]): ReadonlyMap<string, Alias> {
  const aliases = rows.map(readAlias)
  return new Map(aliases.flatMap((alias) => alias.names.map((name): [string, Alias] => [name, alias])))
}

function readAlias([names, parameters, meaning]: AliasRow): Alias {
  const cases = typeof meaning === 'string' ? { '': meaning } : meaning
  return {
    names: names.split(' '),
    parameters: parameters.split(', ').map((parameter) => {
      const [spellings, initial = null] = parameter.split('=')
      return { names: spellings.split('|'), initial }
    }),
    meanings: Object.entries(cases).map(([conditions, text]) => ({
      conditions: conditions === '' ? [] : conditions.split(',').map((one) => one.split('=') as [string, string]),
      text,
    })),
  }
}
