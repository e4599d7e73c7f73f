/** A change of a text: the part from `from` up to and without `to` becomes `text`. */
export interface Edit {
  readonly from: number
  readonly to: number
  readonly text: string
}

/** A text is not an expression. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError'

  constructor(
    /** Index of the first character that does not fit, in UTF-16 units. */
    readonly position: number,
    /** What would fit there, in words. */
    readonly expected: string,
    /** A change that may make the text valid. A function runs only if somebody asks, because it takes longer than to parse. */
    private readonly proposal: Edit | (() => Edit | null) | null = null,
    /** The name at the position if nothing has that name; null if the problem is another. */
    readonly unknownName: string | null = null,
  ) {
    super(`position ${position}: expected ${expected}`)
  }

  /** A change that may make the text valid, or null. */
  get edit(): Edit | null {
    return typeof this.proposal === 'function' ? this.proposal() : this.proposal
  }
}
