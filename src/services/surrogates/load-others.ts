import type { Database } from '../../db/connection/client.js'
import { loadVectors, type VectorBlock } from '../../db/features/load-vectors.js'
import type { PaceOptions } from '../../surrogate/pace.js'
import type { StoredFitInput } from './load-fit-input.js'
import { type Screen, scanCandidates } from './scan-candidates.js'

/** Loads the outputs of the functions that a surrogate predicts besides those in its fit. */
export type LoadOthers = (createScreen: () => Promise<Screen>, options: PaceOptions) => Promise<VectorBlock>

/** Loads the functions that the input names and, if more are stored, the most promising of them. */
export function createOthersLoader(database: Database, { activationIds, otherIds, room }: StoredFitInput): LoadOthers {
  return async (createScreen, options) => {
    const known = new Set([...activationIds, ...otherIds])
    const found = room > 0 ? await scanCandidates(database, known, room, await createScreen(), options) : []
    return loadVectors(database, { kind: 'OUTPUTS' }, Int32Array.from([...otherIds, ...found]))
  }
}
