/** A piece of bulk work, done by a child process. */
export type BulkItem =
  | { readonly kind: 'TRAIN'; readonly dataset: string; readonly expression: string; readonly seed: number }
  | { readonly kind: 'SPECTRUM'; readonly dataset: string; readonly expression: string }

/** What the child answers: one line of the output file, or why there is none. */
export type BulkAnswer = { readonly line: string; readonly accuracy: number | null } | { readonly failure: string }
