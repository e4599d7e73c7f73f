/** Pictures and their classes. Pictures are in memory or are read on demand. */
export interface ImageSplit {
  count: number
  /** height × width × channels of one picture, or the number of values of a vector. */
  shape: readonly number[]
  labels: Uint8Array
  /** The standardised pictures with these numbers, concatenated, channels last. */
  read(indices: ArrayLike<number>): Float32Array
}

/** Training data for a network: three disjoint splits of one distribution. */
export interface ImageTask {
  classes: number
  train: ImageSplit
  validation: ImageSplit
  test: ImageSplit
  /** How 8-bit pixels became the numbers that a network gets; absent if the task has no such pixels. */
  standardisation?: Standardisation
}

/** Mean and deviation of each channel, which were subtracted and divided by. A deviation of 0 counts as 1. */
export interface Standardisation {
  readonly mean: readonly number[]
  readonly deviation: readonly number[]
}

/** The part of a split from picture `start` up to, but without, picture `end`. */
export function pickSplit(split: ImageSplit, start: number, end: number): ImageSplit {
  return {
    count: end - start,
    shape: split.shape,
    labels: split.labels.subarray(start, end),
    read: (indices) => split.read(Array.from(indices, (index) => start + index)),
  }
}

/** Where the pictures of a dataset come from. */
export interface TaskSource {
  /** Their folder inside the tasks folder; absent if the pictures are drawn by formula. */
  folder?: string
  /** What the pictures are, as plain data for `Dataset.recipe`. */
  description?: Readonly<Record<string, unknown>>
  /** Draws or opens the pictures. Throws an error that names the file if a file is missing or malformed. */
  create(folder: string): ImageTask
  /** False if the files changed after they were checked. @defaultValue true */
  isIntact?(): boolean
}
