/** A piece of bulk work, done by a child process. */
export type BulkItem =
  | { readonly kind: 'TRAIN'; readonly dataset: string; readonly expression: string; readonly seed: number }
  | { readonly kind: 'SPECTRUM'; readonly dataset: string; readonly expression: string }

/** The answer of the child process: one line of the output file, or the reason for a failure. */
export type BulkAnswer = { readonly line: string; readonly accuracy: number | null } | { readonly failure: string }
