import type { MetricProperty } from '../../metrics.js'

/** What a column of a table means. */
export type TableField = 'expression' | 'seed' | MetricProperty

/**
 * The meaning of a column, from its name in any usual spelling: `Validation Accuracy`, `val_acc`, `valAcc`,
 * `validation_accuracy`. Null for other names.
 */
export function toField(name: string): TableField | null {
  const words = toWords(name)
  const joined = words.join(' ')
  if (EXPRESSION_NAMES.has(joined)) return 'expression'
  if (SEED_NAMES.has(joined)) return 'seed'
  if (RUNTIME_NAMES.has(joined)) return 'runtimeSeconds'
  const split = SPLITS.find(({ names }) => names.includes(words[0]))?.split
  const kind = KINDS.find(({ names }) => names.includes(words.slice(1).join(' ')))?.kind
  return split && kind ? `${split}${kind}` : null
}

/** Whether a name is a metric of an unknown split, such as `accuracy`. */
export function isAmbiguous(name: string): boolean {
  const joined = toWords(name).join(' ')
  return KINDS.some(({ names }) => names.includes(joined))
}

function toWords(name: string): string[] {
  return name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')
}

const EXPRESSION_NAMES = new Set([
  ...['expression', 'function', 'activation', 'activation function', 'activation expression', 'formula'],
])
const SEED_NAMES = new Set(['seed', 'random seed', 'rng seed'])
const RUNTIME_NAMES = new Set(
  ['runtime', 'run time', 'duration', 'time', 'train time', 'training time', 'wall time', 'walltime', 'elapsed']
    .flatMap((name) => [name, `${name} s`, `${name} sec`, `${name} secs`, `${name} seconds`, `${name} in seconds`])
    .concat('seconds'),
)
const SPLITS: readonly { readonly split: 'train' | 'validation' | 'test'; readonly names: readonly string[] }[] = [
  { split: 'train', names: ['train', 'training'] },
  { split: 'validation', names: ['validation', 'valid', 'val', 'dev'] },
  { split: 'test', names: ['test', 'testing'] },
]
const KINDS: readonly { readonly kind: 'Accuracy' | 'Loss'; readonly names: readonly string[] }[] = [
  { kind: 'Accuracy', names: ['accuracy', 'acc', 'top1', 'top 1', 'top1 accuracy', 'top 1 accuracy', 'top1 acc'] },
  { kind: 'Loss', names: ['loss', 'cross entropy', 'crossentropy', 'ce', 'nll'] },
]
