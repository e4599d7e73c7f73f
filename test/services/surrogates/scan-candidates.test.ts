import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scanVectors } from '../../../src/db/features/load-vectors.js'
import { fitSurrogate } from '../../../src/services/surrogates/fit-surrogate.js'
import { scanCandidates } from '../../../src/services/surrogates/scan-candidates.js'
import { findIncumbent } from '../../../src/surrogate/gaussian-process/gaussian-process.js'
import { deserialiseGaussianProcess } from '../../../src/surrogate/gaussian-process/gaussian-process-codec.js'
import { computeExpectedImprovement } from '../../../src/surrogate/strategies/improvement-strategy.js'
import { openTestDatabase } from '../../support/database.js'
import { createSyntheticDataset, listFunctions, storeFunctions } from '../../support/fixtures/learning-fixture.js'

const database = await openTestDatabase()
const functions = await storeFunctions(database, listFunctions(400))
const covered = functions.slice(0, 120)
const dataset = await createSyntheticDataset(database, { spectra: covered, measured: covered.slice(0, 100) })
/** 120 functions are fitted on; of the 280 others 80 may be predicted. */
const MOST = 200

async function fit(algorithm: 'GAUSSIAN_PROCESS' | 'UMAP_KNN', mostCandidates?: number) {
  const surrogate = await database.prisma.surrogate.create({
    data: { datasetId: dataset.id, version: 1, algorithm, features: [] },
  })
  try {
    const shares: number[] = []
    const onProgress = (share: number) => void shares.push(share)
    const fitted = await fitSurrogate(database, { dataset, surrogate }, { mostCandidates, onProgress })
    assert.ok(shares.every((share, place) => place === 0 || share >= shares[place - 1]))
    return fitted
  } finally {
    await database.prisma.surrogate.delete({ where: { id: surrogate.id } })
  }
}

test('of more functions than a process may hold, the ones of the greatest expected improvement are chosen', async () => {
  const { points: all, artifact } = await fit('GAUSSIAN_PROCESS')
  assert.equal(all.length, 400)
  const { points: some } = await fit('GAUSSIAN_PROCESS', MOST)
  assert.equal(some.length, MOST)
  const best = findIncumbent(deserialiseGaussianProcess(artifact))
  assert.ok(best > 0 && best <= all.reduce((most, { measured }) => Math.max(most, measured ?? 0), 0))
  const others = all
    .filter(({ hasSpectrum }) => !hasSpectrum)
    .map((point) => ({ point, gain: computeExpectedImprovement(point.mean, point.standardDeviation ?? 0, best) }))
    .sort((a, b) => b.gain - a.gain)
  const chosen = new Map(some.filter(({ hasSpectrum }) => !hasSpectrum).map((point) => [point.activationId, point]))
  assert.equal(chosen.size, 80)
  for (const { point } of others.slice(0, 80)) assert.deepEqual(chosen.get(point.activationId), point)
})

test('of more than a map may hold, those that are like the functions of high predictions are', async () => {
  const { points: all } = await fit('UMAP_KNN')
  const others = all.filter(({ hasSpectrum }) => !hasSpectrum).sort((a, b) => b.mean - a.mean)
  const { points: some } = await fit('UMAP_KNN', MOST)
  assert.equal(some.length, MOST)
  const chosen = new Set(some.map(({ activationId }) => activationId))
  const found = others.slice(0, 40).filter(({ activationId }) => chosen.has(activationId)).length
  // By chance 80 of 280, so 11 of 40.
  assert.ok(found >= 26, `${found} of the 40 best`)
  const recorded = new Map(all.map((point) => [point.activationId, point]))
  for (const point of some) assert.deepEqual(point, recorded.get(point.activationId))
})

test('a scan looks at each function once, keeps the best, and can be aborted', async () => {
  const known = new Set(covered.map(({ activationId }) => activationId))
  const scoreOf = (id: number) => (id * 7919) % 101
  let seen = 0
  const screen = async ({ activationIds }: { activationIds: Int32Array }, least: number) => {
    seen += activationIds.length
    return Array.from(activationIds, (id) => (scoreOf(id) < least ? null : scoreOf(id)))
  }
  const found = await scanCandidates(database, known, 30, screen)
  assert.equal(seen, 400)
  const ids: number[] = []
  for await (const { activationIds } of scanVectors(database, { kind: 'OUTPUTS' })) ids.push(...activationIds)
  const expected = ids.filter((id) => !known.has(id)).sort((a, b) => scoreOf(b) - scoreOf(a) || a - b)
  assert.deepEqual(
    [...found],
    expected.slice(0, 30).sort((a, b) => a - b),
  )
  const signal = AbortSignal.abort(new Error('stopped'))
  await assert.rejects(scanCandidates(database, known, 30, screen, { signal }), /stopped/)
})
