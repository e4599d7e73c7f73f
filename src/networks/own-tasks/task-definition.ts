/** What a `task.json` says, after all checks. The database stores it, so that every server and worker knows the task. */
export interface TaskDefinition {
  readonly name: string
  readonly version: string
  readonly title: string
  readonly description: string
  readonly license: string | null
  readonly citation: string | null
  readonly data: DataDefinition
  /** The network as `task.json` has it: a list of layers, or the name of a built-in network. */
  readonly network: unknown
  /** The recipe as `task.json` has it. */
  readonly recipe: unknown
  /** Schemas in canonical form. */
  readonly searchSpace: readonly string[]
  readonly fisher: FisherDefinition
}

/** How Fisher spectra are computed; see `TrainableDataset`. */
export interface FisherDefinition {
  readonly batchSize: number
  readonly seed: number
  readonly edges: number | 'weights/100'
}

/** The data of a task: files, and how they become pictures or vectors with classes. */
export interface DataDefinition {
  readonly train: DataSource
  /** Null if the split rule takes it from the training data. */
  readonly validation: DataSource | null
  readonly test: DataSource | null
  readonly split: SplitRule | null
  readonly classes: number
  /** Names of the classes, which are also the labels of a CSV file; null if classes are numbers from 0. */
  readonly classNames: readonly string[] | null
  /** Height × width × channels, or the number of values of a vector; null if the files say it. */
  readonly shape: readonly number[] | null
  /** Order of the axes of a picture in its file. */
  readonly axes: 'channels-last' | 'channels-first'
  /** Least and greatest value that may occur; null if any value may. */
  readonly range: readonly [number, number] | null
  /** What is standardised to mean 0 and deviation 1 over the training data. */
  readonly scale: 'channel' | 'all' | 'none'
  /** Number of rows that each split must have of each class. */
  readonly leastPerClass: number
  /** SHA-256 of files. The stored definition has it of each file. */
  readonly sha256: Readonly<Record<string, string>>
}

/** Files with rows and their classes. Paths are relative to the folder of the task. */
export type DataSource =
  | { readonly kind: 'arrays'; readonly inputs: string; readonly labels: string }
  | { readonly kind: 'table'; readonly table: string; readonly label: string; readonly ignored: readonly string[] }
  | { readonly kind: 'records'; readonly records: readonly string[]; readonly format: RecordFormatName }

export type RecordFormatName = 'cifar-10' | 'cifar-100' | 'cifar-100-coarse'

/** How validation and test data are taken from the training files. */
export interface SplitRule {
  /** `random` draws them; `last` takes the last rows: first those that validate, then those that test. */
  readonly pick: 'random' | 'last'
  readonly seed: number
  /** Number of rows, or a fraction below 1. 0 if a split has files of its own. */
  readonly validation: number
  readonly test: number
  /** Whether each class has the same share of all splits. */
  readonly stratified: boolean
}

/** The files of the data, each once, in the order of their first use. */
export function listDataFiles({ train, validation, test }: DataDefinition): string[] {
  return [...new Set([train, validation, test].flatMap((source) => (source ? listSourceFiles(source) : [])))]
}

/** The files of one source. */
export function listSourceFiles(source: DataSource): readonly string[] {
  switch (source.kind) {
    case 'arrays':
      return [source.inputs, source.labels]
    case 'table':
      return [source.table]
    case 'records':
      return source.records
  }
}
