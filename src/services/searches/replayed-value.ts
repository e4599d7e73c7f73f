import type { Db } from '../../db/connection/client.js'
import type { Dataset, RunChoice } from '../../db/generated/client.js'
import { hasReplayedRun, listReplayedSeeds } from '../../db/searches/searched-functions.js'
import { checkSeedOfChoice } from '../evaluations/choose-value.js'
import { getValidInteger, refuseInput } from '../validate-input.js'

/** What a replay sees of a function, as its row keeps it. */
export interface ReplayedValue {
  readonly replayValue: RunChoice
  readonly replaySeed: number | null
}

const MOST_SEEDS = 10

/**
 * The value that a new search asks for. RANDOM draws by the seed of the search unless another one is given. Throws
 * BAD_USER_INPUT for a choice without a replay, or a seed that does not fit the choice.
 */
export function getValidValue(
  input: { readonly replayValue?: RunChoice | null; readonly replaySeed?: number | null },
  isReplay: boolean,
  searchSeed: number,
): ReplayedValue {
  const replayValue = input.replayValue ?? 'MEDIAN'
  if (!isReplay && replayValue !== 'MEDIAN') refuseInput('replayValue', 'MEDIAN, except with replay: true', replayValue)
  const replaySeed = input.replaySeed ?? (replayValue === 'RANDOM' ? searchSeed : null)
  checkSeedOfChoice(replayValue, replaySeed, 'replaySeed')
  if (replaySeed !== null) getValidInteger('replaySeed', replaySeed, -(2 ** 31), 2 ** 31 - 1)
  return { replayValue, replaySeed }
}

/** Throws BAD_USER_INPUT if no run of the dataset is of this kind: the search would see nothing but medians. */
export async function requireRuns(
  { $kysely }: Db,
  { id, name }: Dataset,
  { replayValue, replaySeed }: ReplayedValue,
): Promise<void> {
  if (replayValue === 'MEDIAN') return
  if (replayValue === 'SEED' && (await hasReplayedRun($kysely, id, replaySeed))) return
  if (!(await hasReplayedRun($kysely, id, null))) {
    refuseInput('replayValue', `MEDIAN, because ${name} has no single runs`, replayValue)
  }
  if (replayValue !== 'SEED') return
  const seeds = await listReplayedSeeds($kysely, id, MOST_SEEDS)
  const shown = seeds.length < MOST_SEEDS ? seeds.join(', ') : `${seeds.join(', ')}, ...`
  refuseInput(
    'replaySeed',
    seeds.length === 0 ? `no SEED, because the runs of ${name} have none` : `the seed of a run of ${name} (${shown})`,
    replaySeed,
  )
}
