/**
 * The datasets that workers can train, and whether their networks normalise the activation. The server needs this without the
 * recipes, which load TensorFlow.js; a test compares the two.
 */
export const NORMALIZES_ACTIVATION: ReadonlyMap<string, boolean> = new Map([
  ['mini-cnn', true],
  ['mini-resnet', true],
  ['mini-vit', true],
  ['act-bench-cnn', false],
  ['act-bench-resnet', false],
  ['act-bench-vit', false],
])
