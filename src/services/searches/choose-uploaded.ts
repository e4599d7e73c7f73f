import type { Db } from '../../db/connection/client.js'
import type { Dataset, SearchAlgorithm } from '../../db/generated/client.js'
import { countWithoutDeviation } from '../../db/surrogates/uploaded-candidates.js'
import { SEARCH_ALGORITHMS, STRATEGIES } from '../candidates/strategies.js'
import { findChosen } from '../surrogates/predict-by-surrogate.js'
import { refuseInput } from '../validate-input.js'
import type { SearchStart } from './choose-transfer.js'

/** The start of a search by an uploaded surrogate. */
interface UploadedStart extends SearchStart {
  readonly surrogateId: number
  readonly surrogateVersion: number
}

interface UploadedChoice {
  readonly surrogateId?: number | null
  readonly transferFrom?: readonly string[] | null
  readonly baselines?: boolean | null
}

/**
 * The start of a search by the uploaded surrogate that the request names, or null if it names none. Throws NOT_FOUND; or
 * BAD_USER_INPUT if the service fitted it, if the algorithm cannot use it, or if the search should learn from datasets too.
 */
export async function chooseUploaded(
  db: Db,
  { dataset, algorithm }: { readonly dataset: Dataset; readonly algorithm: SearchAlgorithm },
  { surrogateId, transferFrom, baselines }: UploadedChoice,
): Promise<UploadedStart | null> {
  const found = await findChosen(db, dataset, { surrogateId })
  if (found === null) return null
  if (found.algorithm !== 'UPLOADED') refuseInput('surrogate', 'an UPLOADED surrogate', found.algorithm)
  const { ranksUploads } = STRATEGIES[algorithm]
  if (ranksUploads === undefined) {
    const usable = SEARCH_ALGORITHMS.filter((name) => STRATEGIES[name].ranksUploads !== undefined)
    refuseInput('algorithm', `${usable.join(' or ')} with a surrogate`, algorithm)
  }
  if (transferFrom && transferFrom.length > 0) {
    refuseInput('transferFrom', 'no dataset, because a surrogate is given', transferFrom.join(', '))
  }
  if (ranksUploads === 'IMPROVEMENT') {
    const without = await countWithoutDeviation(db.$kysely, found.id)
    if (without > 0) refuseInput('surrogate', 'a standard deviation of every prediction', `${without} without one`)
  }
  return { surrogateId: found.id, surrogateVersion: found.version, transferFrom: [], baselines: baselines ?? false }
}
