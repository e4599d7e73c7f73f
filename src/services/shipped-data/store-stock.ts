import { createHash } from 'node:crypto'
import { depthOf, formatExpression, operatorsOf } from '../../activations/expression.js'
import { listOneOperatorExpressions } from '../../activations/one-operator-expressions.js'
import { parseExpression } from '../../activations/parse-expression.js'
import { toSchemaPattern } from '../../activations/schema-pattern.js'
import { ACT_BENCH_OPERATORS, ACT_BENCH_SCHEMAS } from '../../activations/search-space.js'
import { listSeedManifests, readSeedData } from '../../datasets/shipped/seed-folder.js'
import { computeSpaceClasses } from '../../datasets/space-classes.js'
import {
  hasSpellings,
  listAddedSpaces,
  listMisnamed,
  renameActivations,
  separateClientSpellings,
} from '../../db/activations/sort-spellings.js'
import type { Db } from '../../db/connection/client.js'
import { storeActivations } from '../activations/store-activations.js'

/** Changes when the language gets an operator, so that its functions are stored too. */
export const ONE_OPERATOR_CHECKSUM = createHash('sha256')
  .update(listOneOperatorExpressions().map(formatExpression).join('\n'))
  .digest('hex')

/** Stores `x` and every function of one operator, with these spellings, in the caller's transaction. */
export async function storeOneOperatorFunctions(db: Db): Promise<{ activations: number }> {
  const classes = computeSpaceClasses(listOneOperatorExpressions())
  await storeActivations(db, classes)
  return { activations: classes.length }
}

/**
 * Corrects the spellings and names of a database of an earlier version, which did not tell the stock from the spellings of
 * clients, in the caller's transaction. Returns the number of new names.
 */
export async function sortSpellings(db: Db, seedFolder: string): Promise<{ names: number }> {
  if (!(await hasSpellings(db.$kysely))) return { names: 0 }
  await separateClientSpellings(db.$kysely, {
    patterns: [
      toSchemaPattern(ACT_BENCH_SCHEMAS, ACT_BENCH_OPERATORS),
      ...(await listAddedSpaces(db.$kysely)).map(({ schema, operators }) => toSchemaPattern([schema], operators)),
    ],
    texts: [...new Set([...listOneOperatorExpressions().map(formatExpression), ...listShippedSpellings(seedFolder)])],
  })
  const misnamed = await listMisnamed(db.$kysely)
  const names = misnamed.map(({ id, expression }) => {
    const tree = parseExpression(expression)
    return { id, expression, depth: depthOf(tree), operators: operatorsOf(tree) }
  })
  await renameActivations(db.$kysely, names)
  return { names: names.length }
}

/** The expressions in the files of the shipped datasets. Functions of the literature are in files of their own. */
export function listShippedSpellings(seedFolder: string): string[] {
  return listSeedManifests(seedFolder).flatMap(({ folder, manifest }) => {
    const { entries, runs, spectra } = readSeedData(folder, manifest)
    return [
      ...entries.flatMap(({ expression, equivalents }) => [expression, ...equivalents]),
      ...runs.map(({ expression }) => expression),
      ...spectra.map(({ expression }) => expression),
    ]
  })
}
