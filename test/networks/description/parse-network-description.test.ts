import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createMobilevitV2 } from '../../../src/networks/architectures/mobilevit-v2.js'
import { describeNetwork } from '../../../src/networks/description/describe-network.js'
import { parseNetworkDescription } from '../../../src/networks/description/parse-network-description.js'

describe('The description of a network', () => {
  it('gets defaults and names', () => {
    const layers = [
      { type: 'conv', filters: 4, kernelSize: 3 },
      { type: 'activation' },
      { type: 'maxPool', size: 2 },
      { type: 'residual', layers: [{ type: 'conv', name: 'inner', filters: 4, kernelSize: 1, bias: false }] },
      { type: 'globalAverage', name: 'mean' },
      { type: 'dense', name: 'logits', units: 10 },
    ]
    assert.deepEqual(parseNetworkDescription({ layers }, 'network'), {
      layers: [
        { type: 'conv', name: 'conv1', filters: 4, kernelSize: 3, strides: 1, padding: 'same', bias: true },
        { type: 'activation' },
        { type: 'maxPool', size: 2, strides: null },
        {
          type: 'residual',
          name: 'residual4',
          layers: [
            { type: 'conv', name: 'inner', filters: 4, kernelSize: 1, strides: 1, padding: 'same', bias: false },
          ],
          shortcut: 'identity',
          before: [],
        },
        { type: 'globalAverage', name: 'mean' },
        { type: 'dense', name: 'logits', units: 10, bias: true },
      ],
    })
  })

  it('is the same after it was written as JSON and read again', () => {
    const { description } = createMobilevitV2({ size: 64, classes: 10 })
    const text = JSON.stringify(describeNetwork(description))
    const again = parseNetworkDescription(JSON.parse(text), 'network')
    assert.deepEqual(again, description)
    assert.equal(JSON.stringify(describeNetwork(again)), text)
  })

  const conv = { type: 'conv', filters: 4, kernelSize: 3 }
  const nest = (depth: number): object =>
    depth === 0 ? { type: 'activation' } : { type: 'residual', layers: [nest(depth - 1)] }
  const cases: [string, unknown, RegExp][] = [
    ['null', null, /^n: expected an object, got null$/],
    ['a list', [conv], /^n: expected an object, got a list of 1 element$/],
    ['no layers', {}, /^n\.layers: expected a list of layers, got nothing$/],
    ['an empty list', { layers: [] }, /^n\.layers: expected a list of layers, got a list of 0 elements$/],
    ['layers in an object', { layers: { 0: conv } }, /^n\.layers: expected a list of layers, got an object$/],
    [
      'an unknown key',
      { layers: [conv], layer: 1 },
      /^n: has an unknown key; expected one of layers, got "layer"; did you mean layers\?$/,
    ],
    ['a text as a layer', { layers: [conv, 'activation'] }, /^n\.layers\[1\]: expected an object, got "activation"$/],
    [
      'a layer without a type',
      { layers: [{ filters: 4 }] },
      /^n\.layers\[0\]\.type: expected the type of a layer, such as "conv", got nothing$/,
    ],
    [
      'an unknown type',
      { layers: [{ ...conv, type: 'Conv2d' }] },
      /^n\.layers\[0\]\.type: is not a type of layer; expected one of conv, .*, got "Conv2d"; did you mean conv\?$/,
    ],
    ['a type named like a property of objects', { layers: [{ type: 'constructor' }] }, /is not a type of layer/],
    [
      'a misspelt key',
      { layers: [{ ...conv, filter: 3 }] },
      /^n\.layers\[0\]: has an unknown key; expected one of type, name, filters, .*, got "filter"; did you mean filters\?$/,
    ],
    [
      'a key from JSON that hides',
      { layers: [JSON.parse('{"type": "activation", "__proto__": 1}')] },
      /unknown key; .*got "__proto__"/,
    ],
    [
      'a missing option',
      { layers: [{ type: 'conv', filters: 4 }] },
      /^n\.layers\[0\]\.kernelSize: expected a whole number from 1 to 64, got nothing$/,
    ],
    [
      'a number as a text',
      { layers: [{ ...conv, filters: '4' }] },
      /^n\.layers\[0\]\.filters: expected a whole number from 1 to 16384, got "4"$/,
    ],
    [
      'a width of zero',
      { layers: [{ ...conv, filters: 0 }] },
      /filters: expected a whole number from 1 to 16384, got 0$/,
    ],
    [
      'a huge width',
      { layers: [{ ...conv, filters: 1e9 }] },
      /filters: expected a whole number from 1 to 16384, got 1000000000$/,
    ],
    ['a fraction', { layers: [{ ...conv, filters: 2.5 }] }, /got 2\.5$/],
    ['NaN', { layers: [{ ...conv, filters: Number.NaN }] }, /got NaN$/],
    [
      'infinity',
      { layers: [{ type: 'dropout', rate: Number.POSITIVE_INFINITY }] },
      /rate: expected a number from 0 to 0\.95, got Infinity$/,
    ],
    [
      'a list for a number',
      { layers: [{ ...conv, kernelSize: [3, 3] }] },
      /kernelSize: expected a whole number from 1 to 64, got a list of 2 elements$/,
    ],
    [
      'null without that choice',
      { layers: [{ ...conv, strides: null }] },
      /strides: expected a whole number from 1 to 64, got null$/,
    ],
    ['a number for a flag', { layers: [{ ...conv, bias: 1 }] }, /bias: expected true or false, got 1$/],
    [
      'an unknown choice',
      { layers: [{ ...conv, padding: 'SAME' }] },
      /padding: expected "same" or "valid", got "SAME"$/,
    ],
    [
      'dropout of everything',
      { layers: [{ type: 'dropout', rate: 1 }] },
      /rate: expected a number from 0 to 0\.95, got 1$/,
    ],
    ['a bad name', { layers: [{ ...conv, name: 'a b' }] }, /name: expected a name of up to 100 letters/],
    ['a name that ends with a slash', { layers: [{ ...conv, name: 'a/' }] }, /name: expected a name/],
    [
      'an inner layer',
      { layers: [{ type: 'residual', layers: [conv, { type: 'dense' }] }] },
      /^n\.layers\[0\]\.layers\[1\]\.units: expected/,
    ],
    [
      'an empty branch',
      { layers: [{ type: 'residual', layers: [] }] },
      /^n\.layers\[0\]\.layers: expected a list of layers, got a list of 0 elements$/,
    ],
    ['deep blocks', { layers: [nest(9)] }, /expected at most 8 lists within each other, got 9$/],
    [
      'many layers',
      { layers: Array.from({ length: 2001 }, () => conv) },
      /^n\.layers\[2000\]: expected at most 2000 layers/,
    ],
  ]
  for (const [title, value, message] of cases) {
    it(`is refused with ${title}`, () => {
      assert.throws(() => parseNetworkDescription(value, 'n'), { code: 'BAD_USER_INPUT', message })
    })
  }
})
