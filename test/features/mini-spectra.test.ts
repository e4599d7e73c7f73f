import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { SHIPPED_DESCRIPTIONS } from '../../src/datasets/shipped/shipped-descriptions.js'
import { computeFisherSpectrum } from '../../src/features/fisher-spectrum.js'
import { openBackend } from '../../src/networks/backends/backend.js'
import { getTrainableDataset } from '../../src/networks/recipes/trainable-datasets.js'
import { captureInitialLayers } from '../../src/networks/training/capture-layers.js'

before(() => openBackend('wasm'))

for (const { name, version, fisherSpectrumLength } of SHIPPED_DESCRIPTIONS.values()) {
  describe(`The Fisher spectrum of ${name}`, () => {
    const dataset = getTrainableDataset(name)
    const compute = async (expression: string) =>
      computeFisherSpectrum(await captureInitialLayers(name, expression), dataset.fisher.edges)

    it('has the length that the dataset states, and a part of each layer that rises to 1', async () => {
      const { spectrum, layers } = await compute('swish(x)')
      assert.equal(version, dataset.version)
      assert.equal(spectrum?.length, fisherSpectrumLength)
      assert.equal(layers.length, fisherSpectrumLength / 100)
      for (const [i, layer] of layers.entries()) {
        assert.equal(layer.state, 'finite', layer.name)
        const part = Array.from(spectrum as Float32Array).slice(i * 100, (i + 1) * 100)
        assert.equal(part[99], 1, layer.name)
        assert.ok(part.every((value, k) => k === 0 || value >= part[k - 1]))
      }
    })

    it('is the same each time, and different for another function', async () => {
      const [first, again, other] = [await compute('tanh(x)'), await compute('tanh(x)'), await compute('relu(x)')]
      assert.deepEqual(again.spectrum, first.spectrum)
      assert.notDeepEqual(other.spectrum, first.spectrum)
    })
  })
}
