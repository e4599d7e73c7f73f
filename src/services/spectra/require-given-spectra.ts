import type { Dataset } from '../../db/generated/client.js'
import { ActbenchError } from '../../errors.js'

/** Throws FORBIDDEN for a dataset whose spectra the workers compute. */
export function requireGivenSpectra({ name, origin }: Pick<Dataset, 'name' | 'origin'>): void {
  if (origin !== 'TRAINED') return
  const message = `dataset: workers compute the spectra of ${name}; expected a dataset of origin REPORTED or IMPORTED, got TRAINED`
  throw new ActbenchError('FORBIDDEN', message, { argument: 'dataset' })
}
