/** A piece of bulk work that has ended. */
export interface EndedWork {
  readonly id: number
  readonly expression: string
  /** Null if it succeeded. */
  readonly failure: string | null
  /** Validation accuracy of a training, from 0 to 1, or null. */
  readonly accuracy: number | null
}
