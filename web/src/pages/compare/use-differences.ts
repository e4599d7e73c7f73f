import { type QueryState, useQuery } from '../../api/use-query.js'
import { type Compared, type ComparedEvaluation, DIFFERENCES, type Difference } from './compare-query.js'

export interface Differences {
  /** The best evaluation of each dataset, in their order; null if fewer than two of the functions were measured. */
  readonly best: readonly (NonNullable<ComparedEvaluation> | null)[]
  /** How the other evaluations differ from the best of their dataset, by their ids. */
  readonly byId: ReadonlyMap<string, Difference>
  readonly state: QueryState<unknown>
}

/** What the service says of the differences between functions and the best of them, in each dataset. */
export function useDifferences(
  expressions: readonly string[],
  compared: readonly Compared[],
  datasetCount: number,
): Differences {
  const ids: string[][] = [[], [], [], [], [], []]
  const best = Array.from({ length: datasetCount }, (_, row) => {
    const cells = compared.map((each) => each?.evaluations[row] ?? null)
    const found = chooseBest(cells)
    for (const cell of found === null ? [] : cells) {
      if (cell && cell !== found && cell.validationAccuracy !== null) ids[cells.indexOf(found)].push(cell.id)
    }
    return found
  })
  const nameOf = (index: number) => expressions[index] ?? 'x'
  const state = useQuery(
    DIFFERENCES,
    {
      isMany: expressions.length > 2,
      ...{ ids0: ids[0], best0: nameOf(0), ids1: ids[1], best1: nameOf(1), ids2: ids[2], best2: nameOf(2) },
      ...{ ids3: ids[3], best3: nameOf(3), ids4: ids[4], best4: nameOf(4), ids5: ids[5], best5: nameOf(5) },
    },
    { isPaused: ids.every((each) => each.length === 0) },
  )
  const nodes = Object.values(state.data ?? {}).flat()
  const byId = new Map(nodes.flatMap((node) => (node && 'comparedWith' in node ? [[node.id, node.comparedWith]] : [])))
  return { best, byId, state }
}

function chooseBest(cells: readonly ComparedEvaluation[]): NonNullable<ComparedEvaluation> | null {
  const measured = cells.filter((cell) => cell !== null).filter((cell) => cell.validationAccuracy !== null)
  if (measured.length < 2) return null
  return measured.reduce((a, b) => ((b.validationAccuracy as number) > (a.validationAccuracy as number) ? b : a))
}
