/** A piece of bulk work that has ended. */
export interface EndedWork {
  readonly id: number
  readonly expression: string
  /** Null if it succeeded. */
  readonly failure: string | null
  /** Validation accuracy of a training, a fraction; null if there is none. */
  readonly accuracy: number | null
}
