import assert from 'node:assert/strict'
import { test } from 'node:test'
import { computeLayerMoments } from '../../src/activations/layer-moments.js'
import { parseExpression } from '../../src/activations/parse-expression.js'
import { openTestApi } from '../support/api.js'
import { createTrainable } from '../support/fixtures/training-fixture.js'

const api = await openTestApi()
await createTrainable(api.database)
const QUERY = `query ($e: String!, $target: CodeTarget!, $name: String, $for: String) {
  activation(expression: $e) { expression code(target: $target, name: $name, normalizedFor: $for) }
}`

async function write(variables: Record<string, unknown>): Promise<string> {
  const { data, errors } = await api.ask(QUERY, { target: 'PYTORCH', ...variables })
  assert.deepEqual(errors, [])
  return data.activation.code
}

async function fail(variables: Record<string, unknown>) {
  const { errors } = await api.ask(QUERY, { e: 'gelu(x)', target: 'PYTORCH', ...variables })
  return { code: errors[0].extensions?.code, message: errors[0].message }
}

test('code is that of the spelling that was asked for, and its name is activation unless another is given', async () => {
  assert.match(await write({ e: 'max(0, x)' }), /def activation\(x\):[\s\S]*return torch\.clamp\(x, min=0\)\n$/)
  assert.match(await write({ e: 'relu(x)', name: 'rectify' }), /def rectify\(x\):[\s\S]*return F\.relu\(x\)\n$/)
  assert.match(await write({ e: 'relu(x)', name: null }), /def activation\(x\):/)
  assert.match(await write({ e: 'prelu(x)' }), /class activation\(nn\.Module\):/)
  assert.match(await write({ e: 'relu(x)', target: 'NUMPY' }), /def activation_derivative\(x\):/)
})

test('code is normalised as networks of the dataset do, or says that they do not', async () => {
  const { mean, standardDeviation } = computeLayerMoments(parseExpression('gelu(x)'))
  const code = await write({ e: 'gelu(x)', for: 'mini-cnn' })
  assert.ok(code.includes(`return (F.gelu(x) - ${mean}) / ${standardDeviation}`), code)
  assert.match(await write({ e: 'one(x)', for: 'mini-cnn' }), /use this function as it is/)
  await api.database.prisma.dataset.create({
    data: {
      name: 'plain',
      version: '1',
      title: 'Plain',
      description: '',
      architecture: '',
      task: '',
      origin: 'REPORTED',
    },
  })
  const plain = await write({ e: 'gelu(x)', for: 'plain' })
  assert.match(plain, /Networks of plain do not normalise activations/)
  assert.match(plain, /return F\.gelu\(x\)\n$/)
})

test('names that are no identifiers, and datasets that do not exist, are refused', async () => {
  assert.deepEqual(await fail({ name: 'lambda' }), {
    code: 'BAD_USER_INPUT',
    message: 'name: expected a name that the language or the code does not use itself (target: PyTorch), got "lambda"',
  })
  assert.deepEqual(await fail({ name: '1x' }), {
    code: 'BAD_USER_INPUT',
    message: 'name: expected a letter or _, and then letters, digits or _ (target: PyTorch), got "1x"',
  })
  assert.equal((await fail({ name: '' })).code, 'BAD_USER_INPUT')
  assert.equal((await fail({ name: 'a'.repeat(65) })).code, 'BAD_USER_INPUT')
  assert.equal((await fail({ for: 'mini-cnm' })).code, 'NOT_FOUND')
  assert.equal((await fail({ for: '' })).code, 'NOT_FOUND')
})
