import { EXPONENTIALS } from './exponentials.js'
import { GATES } from './gates.js'
import type { KnownFunction } from './known-function.js'
import { LEARNABLES } from './learnables.js'
import { OSCILLATIONS } from './oscillations.js'
import { RECTIFIERS } from './rectifiers.js'
import { SIGMOIDS } from './sigmoids.js'

/** The functions of the literature, by name. Surveys: arXiv:2402.09092, arXiv:2109.14545. */
export const KNOWN_FUNCTIONS: readonly KnownFunction[] = [
  ...RECTIFIERS,
  ...EXPONENTIALS,
  ...GATES,
  ...SIGMOIDS,
  ...OSCILLATIONS,
  ...LEARNABLES,
].sort((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1))
