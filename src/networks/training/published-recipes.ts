import { createAllCnnC } from '../architectures/all-cnn-c.js'
import { createMobilevitV2 } from '../architectures/mobilevit-v2.js'
import { createResnet56 } from '../architectures/resnet-56.js'
import { CIFAR10_FOLDER, openCifar10 } from '../tasks/cifar10.js'
import { IMAGENETTE_FOLDER, openImagenette } from '../tasks/imagenette.js'
import type { Recipe } from './recipe.js'
import type { TaskSource, TrainableDataset } from './trainable-datasets.js'

/**
 * All-CNN-C as arXiv 1412.6806 trains it (section 3.1): 350 epochs of momentum 0.9, learning rate 0.05 (of the four that it
 * tries) times 0.1 after 200, 250 and 300 epochs, decay 0.001, no augmentation. Its whitening is not done here: channels
 * are standardised. Kernels start with variance 2 / fan-in (arXiv 1502.01852), which the paper leaves open; the clipped
 * norm keeps steep functions from ending at once.
 */
const ALL_CNN_C: Recipe = {
  epochs: 350,
  batchSize: 128,
  learningRate: 0.05,
  warmUpSteps: 0,
  decay: { factor: 0.1, afterEpochs: [200, 250, 300] },
  optimizer: { momentum: 0.9, clipNorm: 5, weightDecay: 0.001 },
  gain: 2,
  restarts: 0,
  normalizesActivation: false,
}

/**
 * ResNet-56 as arXiv 1512.03385 trains it (section 4.2): 64,000 steps of momentum 0.9 in batches of 128, learning rate 0.1
 * times 0.1 after 32,000 and 48,000 steps (351 steps an epoch with 45,000 pictures), decay 0.0001, margins of 4 pixels
 * and mirrored pictures. The paper's n = 9 starts at the full rate, as here.
 */
const RESNET_56: Recipe = {
  epochs: 182,
  batchSize: 128,
  learningRate: 0.1,
  warmUpSteps: 0,
  decay: { factor: 0.1, afterEpochs: [91, 137] },
  optimizer: { momentum: 0.9, clipNorm: 5, weightDecay: 0.0001 },
  gain: 2,
  restarts: 0,
  normalizesActivation: false,
  augmentation: { margin: 4, mirrors: true },
}

/**
 * MobileViTv2-0.5 after arXiv 2206.02680 (appendix on training): AdamW with decay 0.05, learning rate up to 0.002, then half a
 * cosine, 300 epochs. Batches are of 128, not 1,024, so the rate is an eighth of the paper's, and ten classes of pictures are
 * neither resized nor mixed: moved by up to 32 pixels and mirrored.
 */
const MOBILEVIT_V2: Recipe = {
  epochs: 300,
  batchSize: 128,
  learningRate: 0.00025,
  warmUpSteps: 500,
  optimizer: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, clipNorm: 10, weightDecay: 0.05 },
  gain: 1,
  restarts: 0,
  normalizesActivation: false,
  augmentation: { margin: 32, mirrors: true },
}

const CIFAR10: TaskSource = { folder: CIFAR10_FOLDER, create: openCifar10 }
const IMAGENETTE: TaskSource = { folder: IMAGENETTE_FOLDER, create: openImagenette }

/**
 * The published datasets, trained from pictures on this machine. Accuracies come near those published, not to the digit:
 * these recipes are the networks' own papers'.
 */
export const PUBLISHED_RECIPES: readonly TrainableDataset[] = [
  {
    name: 'act-bench-cnn',
    version: '1',
    network: createAllCnnC(),
    task: CIFAR10,
    recipe: ALL_CNN_C,
    fisher: { batchSize: 128, seed: 0, edges: 'weights/100' },
  },
  {
    name: 'act-bench-resnet',
    version: '1',
    network: createResnet56(),
    task: CIFAR10,
    recipe: RESNET_56,
    fisher: { batchSize: 128, seed: 0, edges: 'weights/100' },
  },
  {
    name: 'act-bench-vit',
    version: '1',
    network: createMobilevitV2({ size: 256, classes: 10 }),
    task: IMAGENETTE,
    recipe: MOBILEVIT_V2,
    // Fewer pictures than of the small ones: every layer's inputs are kept at once.
    fisher: { batchSize: 16, seed: 0, edges: 'weights/100' },
  },
]
