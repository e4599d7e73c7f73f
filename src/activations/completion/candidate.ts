/** Something that may stand at the cursor. */
export interface Candidate {
  /** The part of the text that it replaces. */
  readonly from: number
  readonly to: number
  /** Texts for that part; the first one with which the whole text parses counts. */
  readonly variants: readonly string[]
  readonly label: string
  readonly detail: string
}
