import { ActbenchError } from '../../errors.js'
import { FASHION } from '../tasks/fashion-files.js'
import { FASHION_CLASSES } from '../tasks/fashion-originals.js'
import type { ImageTask, TaskSource } from '../tasks/image-task.js'
import { SHAPES } from '../tasks/procedural-shapes.js'
import { MINI_PICTURES } from './mini-benchmark.js'
import { getImageTask, TRAINABLE_DATASETS } from './trainable-datasets.js'

/** A task that ships with the product, or that of a dataset. */
export interface NamedTask {
  readonly name: string
  readonly task: ImageTask
  /** Names of the classes, in the order of the labels; null if they are not known. */
  readonly classNames: readonly string[] | null
  readonly licence: string | null
}

const SHIPPED: Readonly<Record<string, Omit<NamedTask, 'name' | 'task'> & { readonly source: TaskSource }>> = {
  fashion: {
    source: FASHION,
    classNames: FASHION_CLASSES,
    licence: 'MIT, Fashion-MNIST by Zalando SE, https://github.com/zalandoresearch/fashion-mnist',
  },
  mini: { source: MINI_PICTURES, classNames: SHAPES.map(({ name }) => name), licence: 'CC BY 4.0' },
}

/** The task of this name, or of the dataset of this name. Throws NOT_FOUND, or an error that names a missing file. */
export function openNamedTask(name: string, tasksFolder?: string): NamedTask {
  const dataset = TRAINABLE_DATASETS.get(name)
  const shipped = Object.entries(SHIPPED).find(([own, { source }]) => own === name || source === dataset?.task)
  if (shipped) {
    const [own, { source, classNames, licence }] = shipped
    return { name: own, task: dataset ? getImageTask(dataset) : source.create(''), classNames, licence }
  }
  if (dataset) return { name, task: getImageTask(dataset, tasksFolder), classNames: null, licence: null }
  const names = [...Object.keys(SHIPPED), ...TRAINABLE_DATASETS.keys()].join(', ')
  throw new ActbenchError(
    'NOT_FOUND',
    `task: no such task or dataset; expected one of ${names}, got ${JSON.stringify(name)}`,
  )
}
