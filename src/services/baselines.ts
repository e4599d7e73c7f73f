import { BASELINE_EXPRESSIONS, type Candidate } from '../surrogate/search-strategy.js'
import { describeActivation } from './describe-activation.js'

/** The functions that every search but those at RANDOM tries first, whatever its schemas. */
export function listBaselines(): Candidate[] {
  return BASELINE_EXPRESSIONS.map((expression) => ({
    id: describeActivation(expression).identityHex,
    expression,
    prediction: null,
  }))
}
