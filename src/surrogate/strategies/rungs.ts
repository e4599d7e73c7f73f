/** Of the functions that reached a rung, one in this many goes on to the next one. */
export const REDUCTION = 3

/**
 * The epochs after which successive halving compares functions, ascending: a whole training, and a third of the rung above
 * down to one epoch. 4 epochs give 1 and 4; 200 give 2, 7, 22, 67 and 200. A training of one epoch has one rung.
 */
export function computeRungs(epochs: number): number[] {
  const rungs: number[] = []
  for (let rung = epochs; rung >= 1; rung /= REDUCTION) rungs.unshift(Math.round(rung))
  return rungs
}
