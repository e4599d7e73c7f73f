import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { chooseExpressions } from '../../src/bulk/choose-expressions.js'
import { parseRunLine, type RunLine } from '../../src/datasets/shipped/run-line.js'
import { LITERATURE_FILE, SEED_FILES } from '../../src/datasets/shipped/seed-manifest.js'
import { SHIPPED_DESCRIPTIONS } from '../../src/datasets/shipped/shipped-descriptions.js'
import { isSpectrumLine } from '../../src/datasets/shipped/spectrum-line.js'
import { PROJECT_ROOT } from '../../src/root.js'
import { rankEvaluations } from './evaluations.js'
import type { ReportedDataset } from './tables.js'

export type NamedDataset = ReportedDataset & { readonly name: string }

export interface LoadOptions {
  /** Files of runs in addition to the shipped ones. */
  readonly files: readonly string[]
  /** Includes the shipped functions of the literature that lie outside of the Act-Bench space. */
  readonly literature?: boolean
  readonly learntLimit?: number
}

/** The shipped runs of these datasets, then those of the files. A run that occurs twice counts once. */
export function loadDatasets(names: readonly string[], options: LoadOptions): NamedDataset[] {
  const kinds = [SEED_FILES.runs, ...(options.literature ? [LITERATURE_FILE] : [])]
  const shipped = names
    .flatMap((name) => kinds.map((kind) => join(PROJECT_ROOT, 'seed', name, kind)))
    .filter(existsSync)
  const byName = new Map(names.map((name) => [name, new Map<string, RunLine>()]))
  for (const run of [...shipped, ...options.files].flatMap(readRuns)) {
    byName.get(run.dataset)?.set(`${run.seed} ${run.expression}`, run)
  }
  const randomOrder = chooseExpressions({ kind: 'SPACE' })
  return Array.from(byName, ([name, found]) => {
    const runs = [...found.values()]
    const { learntLimit } = options
    return { name, title: titleOf(name), ranked: rankEvaluations(runs), runs, randomOrder, learntLimit }
  }).filter(({ runs }) => runs.length > 0)
}

/** Such as Mini-CNN. */
function titleOf(name: string): string {
  const [family = '', network = ''] = name.split('-')
  const title = `${family[0]?.toUpperCase()}${family.slice(1)}-${NETWORKS[network] ?? network}`
  return SHIPPED_DESCRIPTIONS.get(name)?.title ?? title
}

const NETWORKS: Readonly<Record<string, string>> = { cnn: 'CNN', resnet: 'ResNet', vit: 'ViT' }

/** Skips an incomplete last line: a command that is still running may leave one. */
function readRuns(file: string): RunLine[] {
  const bytes = readFileSync(file)
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n')
  return lines.filter((line) => line !== '' && !isSpectrumLine(line)).map(parseRunLine)
}
