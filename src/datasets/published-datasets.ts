/** The description of a published dataset before its import. */
export interface PublishedDataset {
  readonly title: string
  readonly description: string
  readonly architecture: string
  readonly task: string
  readonly license: string
  readonly citation: string
  readonly url: string
}

const HOST = 'https://act-bench.s3.us-west-2.amazonaws.com'
const LICENSE = 'Academic Public License (non-commercial)'
const CITATION = `@inproceedings{bingham2023efficient,
  title = {Efficient Activation Function Optimization through Surrogate Modeling},
  author = {Bingham, Garrett and Miikkulainen, Risto},
  booktitle = {Advances in Neural Information Processing Systems},
  year = {2023}
}`

/** The three Act-Bench datasets, by the names under which they are imported. */
export const PUBLISHED_DATASETS: Readonly<Record<string, PublishedDataset>> = {
  'act-bench-cnn': describe('Act-Bench-CNN', 'All-CNN-C', 'CIFAR-10', 'act-bench-cnn.json'),
  'act-bench-resnet': describe('Act-Bench-ResNet', 'ResNet-56', 'CIFAR-10', 'act-bench-resnet.json'),
  'act-bench-vit': describe('Act-Bench-ViT', 'MobileViTv2-0.5', null, 'act-bench-vit.json'),
}

/** For messages: how a published dataset comes to exist; empty for other names. */
export function describeMissing(name: string): string {
  if (!Object.hasOwn(PUBLISHED_DATASETS, name)) return ''
  return `; it exists as soon as a worker has its pictures in ACTBENCH_TASKS, or after "actbench import ${name}". ${PICTURES_PAGE} says how to get the pictures`
}

/** Where the folders of pictures are described. */
export const PICTURES_PAGE = 'docs/operations.md, "To train the published networks",'

/** A null task is stored as unknown; the publication describes it. */
function describe(title: string, architecture: string, task: string | null, file: string): PublishedDataset {
  return {
    ...{ title, architecture, task: task ?? 'unknown', license: LICENSE, citation: CITATION, url: `${HOST}/${file}` },
    description: `2,913 activation functions, each with ${architecture}${task ? ` on ${task}` : ''}, as published.`,
  }
}
