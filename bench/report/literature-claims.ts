import { medianError } from '../../src/numeric/median-error.js'
import { poolNoise } from '../../src/numeric/ranks/measured-function.js'
import { type RankedFunction, toMeasured } from './evaluations.js'
import { type ReportedDataset, toTable } from './tables.js'
import { judgeDifference, type Verdict } from './verdicts.js'

/** A paper's claim that one function does better than another. */
interface Claim {
  readonly better: string
  readonly worse: string
  readonly source: string
}

const CLAIMS: readonly Claim[] = [
  { better: 'relu(x)', worse: 'tanh(x)', source: 'Glorot, Bordes, Bengio 2011' },
  { better: 'relu(x)', worse: 'sigmoid(x)', source: 'Nair, Hinton 2010' },
  { better: 'relu(x)', worse: 'softplus(x)', source: 'Glorot, Bordes, Bengio 2011' },
  { better: 'tanh(x)', worse: 'sigmoid(x)', source: 'Glorot, Bengio 2010' },
  { better: 'softsign(x)', worse: 'sigmoid(x)', source: 'Glorot, Bengio 2010' },
  { better: 'elu(x)', worse: 'relu(x)', source: 'arXiv 1511.07289' },
  { better: 'gelu(x)', worse: 'relu(x)', source: 'arXiv 1606.08415' },
  { better: 'gelu(x)', worse: 'elu(x)', source: 'arXiv 1606.08415' },
  { better: 'swish(x)', worse: 'relu(x)', source: 'arXiv 1710.05941' },
  { better: 'swish(x)', worse: 'elu(x)', source: 'arXiv 1710.05941' },
  { better: 'swish(x)', worse: 'selu(x)', source: 'arXiv 1710.05941' },
  { better: 'swish(x)', worse: 'softplus(x)', source: 'arXiv 1710.05941' },
  { better: 'mish(x)', worse: 'swish(x)', source: 'arXiv 1908.08681' },
]

/** The difference of two functions in standard errors; null if a function or the noise is missing. */
export function compareFunctions(ranked: readonly RankedFunction[], first: string, second: string): number | null {
  const find = (expression: string) => ranked.find((own) => own.expression === expression)
  const [a, b, noise] = [find(first), find(second), poolNoise(toMeasured(ranked))]
  if (!a || !b || !noise) return null
  const error = noise.deviation * Math.hypot(medianError(a.bySeed.size), medianError(b.bySeed.size))
  return error > 0 ? (a.validationAccuracy - b.validationAccuracy) / error : null
}

/** One row for each claim of a paper, with the verdict of each dataset, and a sentence for each dataset. */
export function describeClaims(datasets: readonly ReportedDataset[]): string {
  const judged = CLAIMS.map(({ better, worse, source }) => {
    const differences = datasets.map(({ ranked }) => compareFunctions(ranked, better, worse))
    return {
      claim: `\`${better}\` above \`${worse}\``,
      source,
      differences,
      verdicts: differences.map(judgeDifference),
    }
  })
  const rows = judged.map(({ claim, source, differences, verdicts }) => [
    claim,
    source,
    ...differences.map((value, i) => (value === null ? '' : `${WORDS[verdicts[i]]} (${value.toFixed(1)})`)),
  ])
  const sentences = datasets.map(({ title }, i) => {
    const count = (verdict: Verdict) => judged.filter(({ verdicts }) => verdicts[i] === verdict).length
    const [yes, no] = [count('YES'), count('NO')]
    if (yes + no === 0) return `- ${title} decides none of these claims.`
    return `- ${title} confirms ${yes} of the ${yes + no} claims that it decides, and contradicts ${no}.`
  })
  return [
    'Claims of papers about two functions. A dataset decides a claim if the medians differ by more than two standard errors of the difference; the figure in brackets is the difference in standard errors.',
    '',
    toTable(['claim', 'paper', ...datasets.map(({ title }) => title)], rows),
    ...sentences,
    '',
  ].join('\n')
}

const WORDS = { YES: 'yes', NO: 'no', OPEN: 'open' } as const
