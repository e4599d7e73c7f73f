import type { Db } from '../../db/connection/client.js'
import type { Dataset, SearchAlgorithm } from '../../db/generated/client.js'
import { WHOLE_TRAINING_EPOCHS } from '../../limits.js'
import { computeRungs } from '../../surrogate/strategies/rungs.js'
import { STRATEGIES } from '../candidates/strategies.js'
import { findRecipeEpochs } from '../recipe-epochs.js'
import { getValidInteger, refuseInput } from '../validate-input.js'

/**
 * The epochs after which a new search compares functions, ascending; the last one is a whole training, by default that of the
 * recipe. Empty for an algorithm that trains every function whole. Throws BAD_USER_INPUT, which names the argument.
 */
export async function chooseRungs(
  db: Db,
  { dataset, algorithm, replay }: { dataset: Dataset; algorithm: SearchAlgorithm; replay: boolean },
  given: number | null | undefined,
): Promise<number[]> {
  if (!STRATEGIES[algorithm].halves) {
    if (given != null) refuseInput('epochs', `no number, because ${algorithm} trains every function whole`, given)
    return []
  }
  if (replay) refuseInput('replay', 'false, because ASHA has no replay; actbench search simulate compares it', replay)
  const epochs = given ?? (await findRecipeEpochs(db, dataset.name))
  if (epochs === null) {
    refuseInput('epochs', `the epochs of a whole training, because this service has no recipe of ${dataset.name}`, null)
  }
  const { least, most } = WHOLE_TRAINING_EPOCHS
  return computeRungs(getValidInteger('epochs', epochs, least, most))
}
