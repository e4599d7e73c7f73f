import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createDescribedNetwork } from '../../../src/networks/description/create-described-network.js'
import { parseNetworkDescription } from '../../../src/networks/description/parse-network-description.js'
import { parseRecipe } from '../../../src/networks/description/parse-recipe.js'
import { TRAINABLE_DATASETS } from '../../../src/networks/recipes/trainable-datasets.js'
import { registerTask } from '../../../src/services/own-tasks/register-task.js'
import { openTestApi } from '../../support/api.js'
import { createTrainable } from '../../support/fixtures/training-fixture.js'

const api = await openTestApi()

test('Dataset.recipe describes what trains the dataset, so that parsers make the same training of it', async () => {
  await createTrainable(api.database, 'mini-cnn')
  await createTrainable(api.database, 'act-bench-cnn')
  // Rows that say they are trainable, and others, without a recipe in this service.
  await createTrainable(api.database, 'tiny')
  await api.database.prisma.dataset.update({ where: { name: 'act-bench-cnn' }, data: { trainable: false } })
  const { data } = await api.ask('{ datasets { nodes { name recipe } } }')
  const recipes = new Map(
    (data as { datasets: { nodes: { name: string; recipe: string | null }[] } }).datasets.nodes.map((node) => [
      node.name,
      node.recipe,
    ]),
  )
  assert.equal(recipes.get('tiny'), null)
  assert.equal(recipes.get('act-bench-cnn'), null)

  const { task, network, recipe, spectrum } = JSON.parse(recipes.get('mini-cnn') as string)
  const known = TRAINABLE_DATASETS.get('mini-cnn')!
  const { layers, ...shape } = network
  const made = createDescribedNetwork(parseNetworkDescription({ layers }, 'network'), shape)
  assert.deepEqual({ ...made, forward: null }, { ...known.network, forward: null })
  assert.deepEqual(parseRecipe(recipe, 'recipe'), {
    derivativeForms: 'FIRST',
    activationParameters: 'per layer',
    ...known.recipe,
  })
  assert.deepEqual(spectrum, { batchSize: 128, seed: 0, edges: 101 })
  assert.deepEqual([task.name, task.trainCount], ['procedural-shapes', 4096])
})

test('Dataset.recipe of a task that was added is its present definition', async () => {
  const dataset = {
    ...{ name: 'mine', version: '2', title: 'Mine', description: 'd', architecture: 'a', task: 't' },
    ...{ license: null, citation: null, searchSpace: ['unary(x)'], fisherSpectrumLength: 20 },
  }
  const definition = {
    ...{ name: 'mine', data: { shape: [4], classes: 3 }, network: { layers: [{ type: 'activation' }] } },
    ...{ recipe: { epochs: 2 }, fisher: { batchSize: 8, seed: 0, edges: 101 } },
  }
  await registerTask(api.database, { dataset: { ...dataset, version: '1' }, definition: { ...definition, recipe: {} } })
  await registerTask(api.database, { dataset, definition })
  const { data } = await api.ask('{ dataset(name: "mine") { recipe } }')
  assert.deepEqual(JSON.parse((data as { dataset: { recipe: string } }).dataset.recipe), {
    task: { shape: [4], classes: 3 },
    network: { name: 'mine', inputShape: [4], classes: 3, layers: [{ type: 'activation' }] },
    recipe: { epochs: 2 },
    spectrum: { batchSize: 8, seed: 0, edges: 101 },
  })
})
