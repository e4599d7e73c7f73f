import { lexicographicSortSchema, printSchema } from 'graphql'
import { createSchema } from './schema.js'

/** The public API in the schema language, sorted, as schema.graphql holds it. */
export function printPublicSchema(): string {
  return `# Written by scripts/emit-schema.mjs from src/graphql.\n\n${printSchema(lexicographicSortSchema(createSchema()))}\n`
}
