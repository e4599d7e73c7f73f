import type { SeedManifest } from './seed-manifest.js'

/** The description of a dataset that this project trains and ships, before its data exist. */
export type ShippedDescription = Omit<
  SeedManifest,
  'commands' | 'seeds' | 'backends' | 'softwareVersions' | 'counts' | 'files' | 'fisherSpectrumLength'
> & { readonly fisherSpectrumLength: number }

/** Mini datasets: drawn shapes. */
const SHAPES = {
  version: '2',
  pictures: 'the procedural image task of Mini-CNN',
  task: 'Procedural shapes: 16x16 grey pictures of ten classes of shapes under rotation, shift, scale, contrast, clutter and noise; 4,096 to train, 2,048 each to validate and to test',
  subject: 'a procedural image task',
} as const

/** Fashion datasets: photographs of clothes. */
const CLOTHES = {
  version: '1',
  pictures: 'photographs of clothes, turned by any angle and moved',
  task: 'Photographs of clothes from Fashion-MNIST: 16x16 grey pictures of ten classes under rotation by any angle and shift; 6,000 to train, 3,000 each to validate and to test',
  subject: 'photographs of clothes',
} as const

/** The descriptions by name. They equal the manifests in `seed/`, so that the data can be made again without these. */
export const SHIPPED_DESCRIPTIONS: ReadonlyMap<string, ShippedDescription> = new Map(
  [
    {
      ...describe(
        'Fashion-CNN',
        CLOTHES,
        'All-convolutional: convolutions 5x5 with 24 filters and stride 2, 3x3 with 16, 3x3 with 32 and stride 2; average over positions, ten logits; every activation is the function under test',
        400,
      ),
      description:
        'Activation functions of the Act-Bench space, trained from scratch in a small all-convolutional network on photographs of clothes, turned by any angle and moved, so that ranks come from real pictures.',
    },
    describe(
      'Fashion-ResNet',
      CLOTHES,
      'Residual without batch normalisation: convolution 5x5 with 12 filters and stride 2, a block of two 3x3 convolutions with 12 filters, one with 24 and stride 2; average over positions, ten logits; every activation is the function under test',
      700,
    ),
    describe(
      'Fashion-ViT',
      CLOTHES,
      'Transformer on 16 patches: convolutions 5x5 with 16 filters and 3x3 with 24, both of stride 2, one block of separable attention (12 numbers a key and a value) and perceptron (24, 48 hidden) side by side behind layer normalisation; average over tokens, ten logits; the function under test stands behind both convolutions and in the perceptron',
      800,
    ),
    {
      ...describe(
        'Mini-CNN',
        SHAPES,
        'All-convolutional: convolutions 5x5 with 16 filters and stride 2, 3x3 with 16, 3x3 with 32 and stride 2; average over positions, ten logits; every activation is the function under test',
        400,
      ),
      description:
        'Activation functions of the Act-Bench space, trained from scratch in a small all-convolutional network on a procedural image task, so that a benchmark is at hand out of the box.',
    },
    describe(
      'Mini-ResNet',
      SHAPES,
      'Residual with batch normalisation before each activation: convolution 5x5 with 8 filters and stride 2, a block of two 3x3 convolutions with 8 filters, one with 16 and stride 2; average over positions, ten logits; every activation is the function under test',
      700,
    ),
    describe(
      'Mini-ViT',
      SHAPES,
      'Transformer on 16 patches: convolutions 5x5 with 16 filters and 3x3 with 24, both of stride 2, one block of separable attention (12 numbers a key and a value) and perceptron (24, 48 hidden) side by side behind layer normalisation; average over tokens, ten logits; the function under test stands behind both convolutions and in the perceptron',
      800,
    ),
  ].map((description) => [description.name, description]),
)

function describe(
  title: string,
  family: { version: string; pictures: string; task: string; subject: string },
  architecture: string,
  fisherSpectrumLength: number,
): ShippedDescription {
  const name = title.toLowerCase()
  return {
    name,
    version: family.version,
    title,
    description: `Activation functions of the Act-Bench space, trained from scratch in ${title} on ${family.pictures}, to tell what of a function's worth belongs to the network.`,
    architecture: `${architecture}, normalised to mean 0 and variance 1 under standard normal input`,
    task: family.task,
    searchSpace: ['unary(unary(x))', 'binary(unary(x),unary(x))', 'n-ary(unary(x),unary(x),unary(x))'],
    fisherSpectrumLength,
    license: 'CC BY 4.0',
    citation: `@misc{actbench-${name},\n  title = {${title}: activation functions on ${family.subject}},\n  author = {{actbench contributors}},\n  note = {Dataset shipped with actbench, licence CC BY 4.0}\n}`,
  }
}
