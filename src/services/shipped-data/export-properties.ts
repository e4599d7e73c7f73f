import { compareExpressions } from '../../activations/compare-expressions.js'
import { computeGaussianMoments } from '../../activations/gaussian-moments.js'
import { listOneOperatorExpressions } from '../../activations/one-operator-expressions.js'
import { parseExpression } from '../../activations/parse-expression.js'
import { computeProperties } from '../../activations/properties/compute-properties.js'
import { computeActBenchClasses } from '../../datasets/act-bench-space.js'
import { listSeedManifests, readLiteratureLines } from '../../datasets/shipped/seed-folder.js'
import { writeShippedMoments } from '../../datasets/shipped/shipped-moments.js'
import { writeShippedProperties } from '../../datasets/shipped/shipped-properties.js'
import { computeSpaceClasses } from '../../datasets/space-classes.js'
import { parseLines } from './load-lines.js'
import { listShippedSpellings } from './store-stock.js'

/** Computes properties, by default of the functions that a first start stores, and writes them into a file of the folder. */
export function exportProperties(
  seedFolder: string,
  expressions = listShippedFunctions(seedFolder),
): { functions: number; bytes: number } {
  const properties = new Map(expressions.map((text) => [text, computeProperties(parseExpression(text))]))
  return { functions: expressions.length, bytes: writeShippedProperties(seedFolder, properties) }
}

/** The same for Gaussian moments. */
export function exportMoments(
  seedFolder: string,
  expressions = listShippedFunctions(seedFolder),
): { functions: number; bytes: number } {
  const moments = new Map(expressions.map((text) => [text, computeGaussianMoments(parseExpression(text))]))
  return { functions: expressions.length, bytes: writeShippedMoments(seedFolder, moments) }
}

/** The functions that a first start stores, each under the expression that it has when it is stored. */
export function listShippedFunctions(seedFolder: string): string[] {
  const stock = [...computeSpaceClasses(listOneOperatorExpressions()), ...computeActBenchClasses()]
  const known = new Set(stock.flatMap(({ expressions }) => expressions))
  const shipped = new Set([...listShippedSpellings(seedFolder), ...listLiteratureSpellings(seedFolder)])
  const others = [...shipped].filter((text) => !known.has(text))
  const classes = [...stock, ...computeSpaceClasses(others.map(parseExpression))]
  return [...new Set(classes.map(({ expressions }) => expressions[0]))].sort(compareExpressions)
}

function listLiteratureSpellings(seedFolder: string): string[] {
  return listSeedManifests(seedFolder).flatMap(({ folder, manifest }) => {
    const { runs, spectra } = parseLines(readLiteratureLines(folder)?.lines ?? [], manifest)
    return [...runs, ...spectra].map(({ expression }) => expression)
  })
}
