/** An activation function of the literature. The table has facts only: names, a formula, and the paper that introduced it. */
export interface KnownFunction {
  /** Its usual name, such as SiLU. */
  readonly name: string
  /** Other names in the literature and in frameworks. */
  readonly aliases: readonly string[]
  /** Its formula in the expression language. Learnable parameters have the initial values of the paper, or 1. */
  readonly expression: string
  readonly year: number | null
  /** DOI, or arXiv number with the prefix `arXiv:`. */
  readonly reference: string | null
}

/** An entry of the table. `year` and `reference` are null if they are not known for certain. */
export function known(
  name: string,
  expression: string,
  year: number | null,
  reference: string | null = null,
  ...aliases: readonly string[]
): KnownFunction {
  return { name, aliases, expression, year, reference }
}
