import type { KnownTwin } from '../../db/activations/activation-shapes.js'
import type { Db } from '../../db/connection/client.js'
import { listMeasuredAmong } from '../../db/evaluations/list-measured.js'
import type { Search } from '../../db/generated/client.js'
import type { SparedFunction } from '../../db/searches/passed-over.js'
import { MOST_EXPIRIES } from '../../db/searches/search-progress.js'
import type { Candidate, CompletedCandidate, SearchStrategy } from '../../surrogate/strategies/search-strategy.js'
import type { SearchKnowledge } from '../candidates/candidate-source.js'
import { findKnownTwins } from '../candidates/known-twins.js'
import type { Supply } from '../candidates/supply.js'

/** What a search may suggest now, best first, and the functions that come after all others because of a scaled twin. */
export interface Choice {
  readonly candidates: readonly Candidate[]
  readonly spared: readonly SparedFunction[]
}

/**
 * Up to `count` functions that the search may suggest now, best first: functions that clients took and never reported, then
 * suggestions of its strategy, then remaining functions of its schemas. Functions that the dataset has measured are left
 * out, except in a replay, which consists of them. If the networks of the dataset train scaled twins alike, a function with
 * a known twin counts as evaluated, with the value of the twin, and comes only when nothing else is left. The caller holds the
 * lock of the search.
 */
export async function chooseCandidates(
  db: Db,
  search: Search,
  { source, remaining, sparesTwins = false }: Supply,
  knowledge: SearchKnowledge,
  count: number,
): Promise<Choice> {
  const { expired, taken } = splitByState(knowledge)
  const returned = search.replay ? expired : await dropMeasured(db, search, expired)
  const suggested = new Set(knowledge.map(({ identityHex }) => identityHex))
  const strategy = source.createStrategy(knowledge)
  const active = expired.map(({ id }) => id)
  strategy.update(taken, active)
  const first = returned.slice(0, count)
  const missing = count - first.length
  if (search.replay) return { candidates: [...first, ...strategy.suggest(missing)], spared: [] }
  const sort = async (candidates: Candidate[]): Promise<Sorted> => {
    const unmeasured = await dropMeasured(db, search, candidates)
    // A function that is trained further is suggested itself, and would be its own twin.
    const added = unmeasured.filter(({ id }) => !suggested.has(id))
    const twins = sparesTwins ? await findKnownTwins(db, search, added) : NO_TWINS
    return {
      free: unmeasured.filter(({ id }) => !twins.has(id)),
      spares: unmeasured.flatMap((candidate) => {
        const twin = twins.get(candidate.id)
        return twin ? [{ ...candidate, twin }] : []
      }),
    }
  }
  const { free, spares } = await suggestFree(strategy, active, missing, sort)
  const own = [...first, ...free]
  if (own.length === count) return toChoice(own, spares, count)
  const used = new Set([...suggested, ...[...own, ...spares].map(({ id }) => id)])
  const ready = (remaining?.listReady() ?? []).filter(({ id }) => !used.has(id))
  const [epochs = null] = search.rungs.slice(0, -1)
  const others = await sort(ready.map((candidate) => ({ ...candidate, epochs })))
  return toChoice([...own, ...others.free], [...spares, ...others.spares], count)
}

function toChoice(free: readonly Candidate[], spares: readonly Spare[], count: number): Choice {
  return {
    candidates: [...free, ...spares].slice(0, count),
    spared: spares.map(({ id, expression, twin }) => ({ identityHex: id, expression, twinHex: twin.twinHex })),
  }
}

/** Candidates that are not measured. */
interface Sorted {
  readonly free: readonly Candidate[]
  readonly spares: readonly Spare[]
}

/** A candidate with a scaled twin that is known. */
type Spare = Candidate & { readonly twin: KnownTwin }

const NO_TWINS: ReadonlyMap<string, KnownTwin> = new Map()

function splitByState(knowledge: SearchKnowledge) {
  const states = new Map<string, { expiries: number; isTaken: boolean; last: SearchKnowledge[number] }>()
  for (const suggestion of knowledge) {
    // With each number of epochs, a function is suggested once.
    const key = `${suggestion.identityHex}/${suggestion.epochs ?? ''}`
    const { expiries, isTaken } = states.get(key) ?? { expiries: 0, isTaken: false }
    const isExpired = suggestion.state === 'EXPIRED'
    states.set(key, {
      expiries: expiries + Number(isExpired),
      isTaken: isTaken || !isExpired,
      last: suggestion,
    })
  }
  const expired: Candidate[] = []
  const taken: (CompletedCandidate & Pick<SearchKnowledge[number], 'step'>)[] = []
  for (const { expiries, isTaken, last } of states.values()) {
    const id = last.identityHex
    if (isTaken || expiries >= MOST_EXPIRIES) taken.push({ id, ...last })
    else expired.push({ id, expression: last.expression, prediction: null, epochs: last.epochs })
  }
  // In the order of completion, so that a strategy which learns from them sees the list grow only at its end.
  taken.sort((a, b) => (a.step ?? Number.MAX_SAFE_INTEGER) - (b.step ?? Number.MAX_SAFE_INTEGER))
  return { expired, taken }
}

/**
 * Asks the strategy for `count` functions, and for more while too few of them are free. The first request has no margin,
 * because most functions are free and some strategies need time for each additional one.
 */
async function suggestFree(
  strategy: SearchStrategy,
  active: readonly string[],
  count: number,
  sort: (candidates: Candidate[]) => Promise<Sorted>,
): Promise<Sorted> {
  const spares = new Map<string, Spare>()
  for (let margin = 0; count > 0; margin = Math.max(8, 2 * margin)) {
    const suggested = strategy.suggest(count + margin)
    const sorted = await sort(suggested)
    for (const spare of sorted.spares) spares.set(spare.id, spare)
    if (sorted.free.length >= count || suggested.length < count + margin) {
      return { free: sorted.free.slice(0, count), spares: [...spares.values()] }
    }
    const kept = new Set(sorted.free)
    const known = suggested.filter((candidate) => !kept.has(candidate))
    strategy.update(
      known.map(({ id }) => ({ id, validationAccuracy: spares.get(id)?.twin.value ?? null })),
      active,
    )
  }
  return { free: [], spares: [] }
}

async function dropMeasured(db: Db, search: Search, candidates: Candidate[]): Promise<Candidate[]> {
  const measured = await listMeasuredAmong(
    db.$kysely,
    search.datasetId,
    candidates.map(({ id }) => id),
  )
  return candidates.filter(({ id }) => !measured.has(id))
}
