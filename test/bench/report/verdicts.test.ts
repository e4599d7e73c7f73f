import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sentenceOfSigmoidal, sentenceOfTrait } from '../../../bench/report/answers.js'
import { rankEvaluations } from '../../../bench/report/evaluations.js'
import { compareFunctions } from '../../../bench/report/literature-claims.js'
import { traitsOf } from '../../../bench/report/traits.js'
import {
  combineVerdicts,
  countBest,
  judgeAmongBest,
  judgeDifference,
  judgeTrait,
} from '../../../bench/report/verdicts.js'
import { describeWinners, listWinners } from '../../../bench/report/winners.js'
import type { RunLine } from '../../../src/datasets/shipped/run-line.js'

test('a difference is beyond noise above two standard errors', () => {
  assert.deepEqual([2.01, 2, -2, -2.01, null].map(judgeDifference), ['YES', 'OPEN', 'OPEN', 'NO', 'OPEN'])
})

test('a trait of the best is more or less frequent only if chance hardly gives it', () => {
  const judge = (bestWith: number, best: number, allWith: number, all: number) =>
    judgeTrait({ bestWith, best, allWith, all })
  assert.equal(judge(9, 10, 140, 1000).verdict, 'YES')
  assert.equal(judge(2, 10, 140, 1000).verdict, 'OPEN')
  assert.equal(judge(0, 30, 400, 1000).verdict, 'NO')
  assert.equal(judge(0, 10, 360, 1000).verdict, 'OPEN')
  assert.equal(judge(9, 10, 12, 99).verdict, 'OPEN')
  // Two of two best, of ten functions with the trait in 100: 10 / 100 · 9 / 99, for both sides.
  assert.ok(Math.abs(judge(2, 2, 10, 100).probability - 2 * (90 / 9900)) < 1e-12)
})

test('a function is among the best if its whole rank interval is, and is not if none of it is', () => {
  assert.equal(countBest(100), 10)
  assert.equal(countBest(2830), 28)
  assert.equal(judgeAmongBest({ best: 1, worst: 10 }, 1000), 'YES')
  assert.equal(judgeAmongBest({ best: 10, worst: 11 }, 1000), 'OPEN')
  assert.equal(judgeAmongBest({ best: 11, worst: 40 }, 1000), 'NO')
  assert.equal(judgeAmongBest({ best: 11, worst: 40 }, 99), 'OPEN')
  assert.equal(judgeAmongBest(null, 1000), 'OPEN')
})

test('verdicts of several datasets combine unless they contradict each other', () => {
  assert.equal(combineVerdicts(['OPEN', 'YES', 'YES']), 'YES')
  assert.equal(combineVerdicts(['NO', 'OPEN']), 'NO')
  assert.equal(combineVerdicts(['NO', 'YES']), 'OPEN')
  assert.equal(combineVerdicts([]), 'OPEN')
})

test('sentences follow from verdicts', () => {
  const judged = (...verdicts: ('YES' | 'NO' | 'OPEN')[]) =>
    verdicts.map((verdict, i) => ({ title: 'ABC'[i] ?? '', verdict }))
  assert.match(sentenceOfSigmoidal(judged('NO', 'YES')), /^Confirmed: .* best of B\.$/)
  assert.match(
    sentenceOfSigmoidal(judged('NO', 'OPEN', 'NO')),
    /^Contradicted: .* best of A, C\. B cannot decide it\.$/,
  )
  assert.match(sentenceOfSigmoidal(judged('OPEN')), /^Not decidable: /)
  assert.match(
    sentenceOfTrait('even', 'OPEN', 'YES'),
    /photographs do not decide .* even .*; the drawn shapes favour even/,
  )
  assert.match(
    sentenceOfTrait('even', 'NO', 'OPEN'),
    /photographs do not favour even .*; the drawn shapes do not decide it/,
  )
})

test('traits follow from properties, and a constant has none', () => {
  const traits = (expression: string) => {
    const { isEven, isMonotone, isSigmoidal } = traitsOf({ expression })
    return [isEven, isMonotone, isSigmoidal]
  }
  assert.deepEqual(traits('square(x)'), [true, false, false])
  assert.deepEqual(traits('relu(x)'), [false, true, false])
  assert.deepEqual(traits('sigmoid(x)'), [false, true, true])
  assert.deepEqual(traits('erfc(x)'), [false, true, true])
  assert.deepEqual(traits('one(x)'), [false, false, false])
  assert.deepEqual(traits('bessel_i0e(x)'), [true, false, false])
})

test('the best are ordered without the seed that chose them, and lead only beyond noise', () => {
  const ranked = rankEvaluations([
    ...runsOf('relu(x)', 0.5, 0.5, 0.51),
    ...runsOf('erf(x)', 0.9, 0.5, 0.51),
    ...runsOf('exp(x)', 0.45, 0.62, 0.61),
    ...runsOf('one(x)', 0.95),
  ])
  const winners = listWinners(ranked)
  assert.deepEqual(
    winners.map(({ expression }) => expression),
    ['exp(x)', 'erf(x)'],
  )
  assert.ok(Math.abs(winners[0].lead - 0.11) < 1e-12 && Math.abs(winners[1].lead) < 1e-12)
  assert.match(describeWinners({ title: 'A', ranked, runs: [], randomOrder: [] }), /^A: 0 of 2 functions/)
  const calm = rankEvaluations([...runsOf('relu(x)', 0.5, 0.5, 0.51), ...runsOf('exp(x)', 0.61, 0.62, 0.61)])
  assert.match(
    describeWinners({ title: 'A', ranked: calm, runs: [], randomOrder: [] }),
    /^A: 1 of 1 .*\n\n.*\n.*\n\| `exp\(x\)` \| 0\.615 \| 2 \| 0\.610 /,
  )
  assert.deepEqual(listWinners(rankEvaluations(runsOf('relu(x)', 0.5))), [])
})

test('a claim of a paper is measured in standard errors of two medians', () => {
  const ranked = rankEvaluations([...runsOf('relu(x)', 0.5, 0.52), ...runsOf('tanh(x)', 0.4, 0.42)])
  // The deviation of a run is 0.0141 (of the better half only), and the median of two runs is their mean.
  const error = Math.sqrt(0.0002) * Math.sqrt(1 / 2 + 1 / 2)
  assert.ok(Math.abs((compareFunctions(ranked, 'relu(x)', 'tanh(x)') ?? 0) - 0.1 / error) < 1e-9)
  assert.equal(compareFunctions(ranked, 'relu(x)', 'elu(x)'), null)
})

function runsOf(expression: string, ...accuracies: number[]): RunLine[] {
  return accuracies.map((accuracy, seed) => ({
    ...{ dataset: 'a', version: '1', expression, seed, epochs: [], trainAccuracy: accuracy, trainLoss: 1 },
    ...{ validationAccuracy: accuracy, validationLoss: 1, testAccuracy: accuracy, testLoss: 1, runtimeSeconds: 1 },
    ...{ backend: null, device: null, softwareVersion: null },
  }))
}
