import { ActbenchError } from '../errors.js'

/** Largest number of rows that an error describes. */
export const MAX_PROBLEMS = 100

/**
 * The first of several errors of rows. If there are others, `problems` of its extensions has code, message and extensions of
 * each, up to MAX_PROBLEMS.
 */
export function joinProblems(problems: readonly ActbenchError[]): ActbenchError {
  const [first] = problems
  if (problems.length === 1) return first
  const listed = problems
    .slice(0, MAX_PROBLEMS)
    .map(({ code, message, extensions }) => ({ code, message, ...extensions }))
  const others = listed.length === 2 ? 'another row is wrong too' : `${listed.length - 1} other rows are wrong too`
  const message = `${first.message}; ${others}, see problems in the extensions of this error`
  return new ActbenchError(first.code, message, { ...first.extensions, problems: listed })
}
