/**
 * Returns the reason why a command failed. The errors of this project have one line, or one for each problem. Errors of
 * drivers may have their text in a code or in a cause.
 */
export function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { code } = error as NodeJS.ErrnoException
  const inner = error instanceof AggregateError ? error.errors[0] : error.cause
  const lines = error.message.split('\n').filter((line) => line.trim() !== '')
  // Prisma quotes the source of the call first and says what happened last.
  if (error.name.startsWith('PrismaClient')) return lines.at(-1)?.trim() ?? error.name
  if (lines.length > 0) return lines.join('\n')
  return inner ? describeFailure(inner) : (code ?? error.name)
}
