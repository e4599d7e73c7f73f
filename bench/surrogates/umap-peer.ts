/**
 * Compares UMAP_KNN with umap-learn in one run on the same matrices: the outputs of 2,991 functions, and 2,913
 * functions by outputs, by synthetic spectra of All-CNN-C's length, and by the union of both. Prints CPU seconds, which
 * other load affects least, and wall seconds. The first compilation of umap-learn does not count. To unite two graphs,
 * umap-learn also lays out each of them; it offers no other way.
 *
 *   python3 -m venv /tmp/peer && /tmp/peer/bin/pip install umap-learn
 *   node build/bench/surrogates/umap-peer.js /tmp/peer/bin/python [--functions 2991] [--spectra 2913]
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { fitUmapKnn } from '../../src/surrogate/umap/umap-knn.js'
import { listDistinctOutputs, SAMPLES } from '../reads/distinct-outputs.js'
import { createSyntheticSpectra } from './synthetic-spectra.js'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { functions: { type: 'string', default: '2991' }, spectra: { type: 'string', default: '2913' } },
})
const python = positionals[0] ?? 'python3'
const rows = Number(values.functions)
const spectrumRows = Number(values.spectra)
const outputs = listDistinctOutputs(rows)
const spectra = createSyntheticSpectra(spectrumRows, 1)
const columns = spectra.length / spectrumRows

const own = {
  outputs: await measure(outputs, null),
  union: await measure(outputs.subarray(0, spectrumRows * SAMPLES), spectra),
}
const peer = measurePeer()
const format = ({ cpu, wall }: Seconds) => `${cpu.toFixed(1)} s CPU, ${wall.toFixed(1)} s wall`
const show = (title: string, ours: Seconds, theirs: Seconds) => {
  const ratio = (theirs.cpu / ours.cpu).toFixed(1)
  console.log(
    `${title}: here ${format(ours)}; umap-learn ${peer.version} ${format(theirs)}; umap-learn's CPU time is ${ratio} times ours`,
  )
}
show(`${rows} × ${SAMPLES}`, own.outputs, peer.outputs)
show(`${spectrumRows} × (${SAMPLES} + ${columns}), union`, own.union, peer.union)

async function measure(matrix: Float32Array, spectra: Float32Array | null): Promise<Seconds> {
  const count = matrix.length / SAMPLES
  const ids = Array.from({ length: count }, (_, row) => `${row}`)
  const targets = Float64Array.from({ length: count }, (_, row) => matrix[row * SAMPLES])
  const [before, started] = [process.cpuUsage(), performance.now()]
  await fitUmapKnn({ ids, outputs: matrix, spectra, targets, seed: 42 })
  const { user, system } = process.cpuUsage(before)
  return { cpu: (user + system) / 1e6, wall: (performance.now() - started) / 1000 }
}

interface Seconds {
  readonly cpu: number
  readonly wall: number
}

interface PeerTimes {
  readonly version: string
  readonly outputs: Seconds
  readonly union: Seconds
}

function measurePeer(): PeerTimes {
  const folder = mkdtempSync(join(tmpdir(), 'actbench-umap-'))
  try {
    writeFileSync(join(folder, 'outputs.f32'), Buffer.from(outputs.buffer))
    writeFileSync(join(folder, 'spectra.f32'), Buffer.from(spectra.buffer))
    const script = fileURLToPath(new URL('../../../bench/peers/umap_learn.py', import.meta.url))
    const sizes = [rows, SAMPLES, spectrumRows, columns].map(String)
    const { status, stdout, stderr } = spawnSync(python, [script, folder, ...sizes], { encoding: 'utf8' })
    if (status !== 0)
      throw new Error(`${python} ${script}: expected exit status 0, got ${status}; its output:\n${stderr}`)
    return JSON.parse(stdout)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
