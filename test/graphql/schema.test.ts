import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
} from 'graphql'
import { printPublicSchema } from '../../src/graphql/print-public-schema.js'
import { createSchema } from '../../src/graphql/schema.js'
import { PROJECT_ROOT } from '../../src/root.js'

const types = Object.values(createSchema().getTypeMap()).filter(({ name }) => !name.startsWith('__'))

test('schema.graphql equals the schema of the code', () => {
  assert.equal(readFileSync(join(PROJECT_ROOT, 'schema.graphql'), 'utf8'), printPublicSchema())
})

test('every type, field, argument and enum value of the API has a description', () => {
  const silent: string[] = []
  const check = (path: string, { description }: { description?: string | null }) => {
    if (!description) silent.push(path)
  }
  for (const type of types) {
    check(type.name, type)
    if (isEnumType(type)) for (const value of type.getValues()) check(`${type.name}.${value.name}`, value)
    if (isInputObjectType(type)) {
      for (const field of Object.values(type.getFields())) check(`${type.name}.${field.name}`, field)
    }
    if (isObjectType(type) || isInterfaceType(type)) {
      for (const field of Object.values(type.getFields())) {
        check(`${type.name}.${field.name}`, field)
        for (const arg of field.args) check(`${type.name}.${field.name}(${arg.name})`, arg)
      }
    }
  }
  assert.deepEqual(silent, [])
})

test('every scalar of its own names the specification that it follows', () => {
  const own = types.filter(isScalarType).filter((type) => !isSpecifiedScalarType(type))
  assert.ok(own.some(({ name }) => name === 'DateTime'))
  for (const { name, specifiedByURL } of own) assert.match(specifiedByURL ?? '', /^https:\/\//, name)
  assert.match(printPublicSchema(), /scalar DateTime @specifiedBy\(url: "https:/)
})
