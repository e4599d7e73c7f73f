/**
 * Splits the arguments of `actbench search run DATASET -- PROGRAM ARGUMENTS`. Commander would take options of the program as
 * its own, because it forgets `--` on the way to a nested command. Arguments of other commands stay as they are.
 */
export function splitArguments(all: readonly string[]): { args: string[]; ownProgram: string[] } {
  const end = all.indexOf('--')
  const place = all.indexOf('search')
  const isRun = place >= 0 && end > place && all.slice(place, end).includes('run')
  return isRun ? { args: all.slice(0, end), ownProgram: all.slice(end + 1) } : { args: [...all], ownProgram: [] }
}
