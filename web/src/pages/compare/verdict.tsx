import { formatPercent } from '../../language/numbers.js'
import type { Difference } from './compare-query.js'

const LEVEL = 0.05
const WORDS = { BETTER: 'better', WORSE: 'worse', TIED: 'cannot be told apart', UNKNOWN: 'the noise is not known' }

/** How far a function is from the best, and whether that is more than noise. Nothing while it is not known. */
export function Verdict({ difference: found }: { readonly difference: Difference | null }) {
  if (found === null) return null
  const { difference, standardError, pValue, adjustedPValue, commonSeeds, verdict } = found
  const distance = `${formatPercent(difference, standardError)} points`
  if (pValue === null) {
    return (
      <span class="quiet small">
        {distance}, {WORDS.UNKNOWN}
      </span>
    )
  }
  const isTied = verdict === 'TIED'
  // Among many comparisons, some would differ by chance.
  const isChance = !isTied && adjustedPValue !== undefined && adjustedPValue !== null && adjustedPValue >= LEVEL
  return (
    <span class={`small ${isTied || isChance ? 'within' : 'beyond'}`}>
      {distance} ± {formatPercent(standardError, standardError)}: {WORDS[verdict]}
      {isChance && ' as a single comparison'}
      <span class="quiet details">
        {formatProbability('p', pValue)}
        {adjustedPValue !== undefined &&
          adjustedPValue !== null &&
          `, ${formatProbability('adjusted p', adjustedPValue)}`}
        {commonSeeds > 1 && `, ${commonSeeds} common seeds`}
      </span>
    </span>
  )
}

function formatProbability(name: string, value: number): string {
  return value < 0.001 ? `${name} < 0.001` : `${name} = ${value.toFixed(value < 0.1 ? 3 : 2)}`
}
