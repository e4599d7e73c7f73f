import type { CodeRequest } from './code-request.js'
import { listHelpers } from './helpers.js'
import { toNumberText } from './number-text.js'
import { writeStatements } from './write-statements.js'

/** An exported function of tensors, or an exported layer if it has parameters. */
export function writeTensorflowJs({ name, description, root, parameters }: CodeRequest): string {
  const names = parameters.map((parameter) => parameter.name)
  const { definitions, results } = writeStatements([root], {
    target: 'TENSORFLOW_JS',
    parameters: names,
    hasNames: true,
  })
  const body = [
    ...names.map((each) => `const ${each} = this.values.${each}.read()`),
    ...definitions.map((definition) => `const ${definition.name} = ${definition.formula}`),
    `return ${results[0]}`,
  ]
  const comment = ['/**', ...description.map((line) => ` * ${line}`), ' */']
  const main =
    parameters.length === 0
      ? [...comment, `export function ${name}(x) {`, ...indent(["x = tf.cast(x, 'float32')", ...body]), '}']
      : [...comment, ...writeLayer(name, parameters, body)]
  const text = main.join('\n')
  return ["import * as tf from '@tensorflow/tfjs'", ...listHelpers('TENSORFLOW_JS', text), text]
    .join('\n\n')
    .concat('\n')
}

function writeLayer(name: string, parameters: CodeRequest['parameters'], body: readonly string[]): string[] {
  const initials = parameters.map((each) => `${each.name}: ${toNumberText('TENSORFLOW_JS', each.initial)}`)
  return [
    `export class ${name} extends tf.layers.Layer {`,
    ...indent([
      `static className = '${name}'`,
      '',
      'constructor(config = {}) {',
      ...indent(['super(config)', `this.initialValues = { ${initials.join(', ')}, ...config.initialValues }`]),
      '}',
      '',
      'build(inputShape) {',
      ...indent([
        'this.values = {}',
        'for (const [key, value] of Object.entries(this.initialValues)) {',
        "  this.values[key] = this.addWeight(key, [], 'float32', tf.initializers.constant({ value }))",
        '}',
        'super.build(inputShape)',
      ]),
      '}',
      '',
      'call(inputs) {',
      ...indent([
        'return tf.tidy(() => {',
        ...indent(["const x = tf.cast(Array.isArray(inputs) ? inputs[0] : inputs, 'float32')", ...body]),
        '})',
      ]),
      '}',
      '',
      'computeOutputShape(inputShape) {',
      ...indent(['return inputShape']),
      '}',
      '',
      'getConfig() {',
      ...indent(['return { ...super.getConfig(), initialValues: this.initialValues }']),
      '}',
    ]),
    '}',
    '',
    `tf.serialization.registerClass(${name})`,
  ]
}

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => (line === '' ? line : `  ${line}`))
}
