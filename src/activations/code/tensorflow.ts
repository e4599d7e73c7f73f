import type { CodeRequest } from './code-request.js'
import { toNumberText } from './number-text.js'
import { docstring, indent, pythonBody, writePythonModule } from './python-source.js'
import { writeStatements } from './write-statements.js'

const TO_FLOATS = ['x = tf.convert_to_tensor(x)', 'if not x.dtype.is_floating:', '    x = tf.cast(x, tf.float32)']

/** A function of tensors, or a Keras layer if it has parameters. */
export function writeTensorflow({ name, description, root, parameters }: CodeRequest): string {
  const names = parameters.map((parameter) => parameter.name)
  const body = pythonBody(writeStatements([root], { target: 'TENSORFLOW', parameters: names, hasNames: true }))
  if (parameters.length === 0) {
    const lines = [`def ${name}(x):`, ...indent([...docstring(description), ...TO_FLOATS, ...body])]
    return writePythonModule('TENSORFLOW', [lines.join('\n')])
  }
  const initials = parameters.map((each) => `${each.name}=${toNumberText('TENSORFLOW', each.initial, true)}`)
  const create = [
    `def __init__(self, ${initials.join(', ')}, **options):`,
    ...indent([
      'super().__init__(**options)',
      `self.initial_values = {${names.map((each) => `"${each}": ${each}`).join(', ')}}`,
    ]),
  ]
  const build = [
    'def build(self, input_shape):',
    ...indent([
      'self.values = {',
      '    key: self.add_weight(name=key, shape=(), initializer=tf.keras.initializers.Constant(value))',
      '    for key, value in self.initial_values.items()',
      '}',
    ]),
  ]
  const call = [
    'def call(self, x):',
    ...indent([...TO_FLOATS, ...names.map((each) => `${each} = tf.cast(self.values["${each}"], x.dtype)`), ...body]),
  ]
  const config = ['def get_config(self):', ...indent(['return {**super().get_config(), **self.initial_values}'])]
  const methods = [create, build, call, config].flatMap((method) => ['', ...method])
  const lines = [`class ${name}(tf.keras.layers.Layer):`, ...indent([...docstring(description), ...methods])]
  return writePythonModule('TENSORFLOW', [lines.join('\n')])
}
