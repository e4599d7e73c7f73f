import assert from 'node:assert/strict'
import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { listBuiltInNetworks } from '../../../src/networks/own-tasks/built-in-networks.js'
import { checkDataFiles, stampDataFiles } from '../../../src/networks/own-tasks/data-checksums.js'
import { completeDefinition, createOwnDataset } from '../../../src/networks/own-tasks/own-dataset.js'
import { readTaskFile } from '../../../src/networks/own-tasks/parse-task.js'
import { getTrainableDataset } from '../../../src/networks/recipes/trainable-datasets.js'
import { PROJECT_ROOT } from '../../../src/root.js'
import { makeFolder } from '../../support/folder.js'
import { writeCifar10 } from '../cifar10-files.js'

test('the definitions of CIFAR-10 and CIFAR-100 have All-CNN-C with their numbers of classes, and its published recipe', () => {
  const published = getTrainableDataset('act-bench-cnn')
  for (const [folder, classes] of [
    ['cifar-10', 10],
    ['cifar-100', 100],
  ] as const) {
    const task = readTaskFile(join(PROJECT_ROOT, `examples/${folder}-task`))
    const { network, recipe, fisher } = createOwnDataset(completeDefinition(task, [32, 32, 3], 'task.json'), '', {})
    assert.equal(network.classes, classes)
    assert.equal(network.size.weights, published.network.size.weights + 193 * (classes - 10))
    assert.deepEqual(recipe.optimizer, published.recipe.optimizer)
    assert.deepEqual([recipe.epochs, recipe.decay], [published.recipe.epochs, published.recipe.decay])
    assert.deepEqual(fisher, published.fisher)
  }
})

test('a complete definition stays the same when it is completed again', () => {
  const task = readTaskFile(join(PROJECT_ROOT, 'examples/cifar-10-task'))
  const complete = completeDefinition(task, [32, 32, 3], 'task.json')
  const stored = JSON.parse(JSON.stringify(complete))
  assert.deepEqual(JSON.parse(JSON.stringify(completeDefinition(stored, [32, 32, 3], 'task.json'))), stored)
  assert.deepEqual(stored.data.shape, [32, 32, 3])
})

test('every built-in network is found by its name, and others are refused', () => {
  const task = readTaskFile(join(PROJECT_ROOT, 'examples/cifar-10-task'))
  const sizes: Record<string, number[]> = {
    'mini-cnn': [16, 16, 1],
    'mini-resnet': [16, 16, 1],
    'mini-vit': [16, 16, 1],
  }
  for (const network of listBuiltInNetworks()) {
    const shape = sizes[network] ?? (network.startsWith('mobile') ? [256, 256, 3] : [32, 32, 3])
    const data = { ...task.data, classes: 7 }
    const made = createOwnDataset(completeDefinition({ ...task, data, network }, shape, 'task.json'), '', {})
    assert.equal(made.network.classes, 7, network)
  }
  assert.throws(() => completeDefinition({ ...task, network: 'resnet-57' }, [32, 32, 3], 'task.json'), {
    message: /^task\.json: network: expected a list of layers, or one of all-cnn-c, .*, got "resnet-57"$/,
  })
  assert.throws(() => completeDefinition({ ...task, recipe: 'fast' }, [32, 32, 3], 'task.json'), {
    message: /^task\.json: recipe: expected an object, or one of fashion-cnn, .*, got "fast"$/,
  })
  const vectors = { ...task, network: [{ type: 'activation' }, { type: 'dense', units: 10 }] }
  assert.throws(() => completeDefinition({ ...vectors, recipe: 'act-bench-resnet' }, [64], 'task.json'), {
    message: /^task\.json: recipe\.augmentation: expected nothing, because the data are vectors, got /,
  })
})

test('published records are read through the definition, and a change of a file is noticed', () => {
  const folder = makeFolder()
  cpSync(join(PROJECT_ROOT, 'examples/cifar-10-task'), folder, { recursive: true })
  mkdirSync(join(folder, 'cifar-10-batches-bin'))
  writeCifar10(join(folder, 'cifar-10-batches-bin'))
  const { data, ...task } = readTaskFile(folder)
  const small = { ...data, split: { ...data.split!, validation: 30 } }
  const sha256 = checkDataFiles(folder, small)
  const complete = completeDefinition({ ...task, data: { ...small, sha256 } }, [32, 32, 3], 'task.json')
  const dataset = createOwnDataset(complete, folder, stampDataFiles(folder, small))
  const { train, validation, test: testing } = dataset.task.create('')
  assert.deepEqual([train.count, validation.count, testing.count], [70, 30, 20])
  assert.equal(dataset.task.isIntact?.(), true)
  writeFileSync(join(folder, 'cifar-10-batches-bin/test_batch.bin'), '')
  assert.equal(dataset.task.isIntact?.(), false)
})
