import type pg from 'pg'
import type { SeedSurrogate } from '../../datasets/shipped/seed-surrogate.js'
import { deserialiseUmapKnn } from '../../surrogate/umap/umap-knn-codec.js'
import { computeUmapKnnQuality } from '../../surrogate/umap/umap-knn-quality.js'
import { renameRows } from './export-surrogate.js'

/**
 * Stores a surrogate that ships as the dataset's first version, READY, in the caller's transaction, after the evaluations
 * that it was fitted on. False, with nothing stored, where the dataset has a surrogate already, or lacks a function of
 * this one, or the fit is of another version of the product: the caller has one fitted then. Its quality is measured
 * here, by the rules of this version, rather than believed.
 */
export async function importSurrogate(
  client: pg.ClientBase,
  datasetId: number,
  surrogate: SeedSurrogate,
): Promise<boolean> {
  const identities = surrogate.points.map((point) => point.identity)
  const { rows: known } = await client.query<{ identity: string; id: number }>(FIND_ACTIVATIONS, [identities])
  const { rowCount } = await client.query('SELECT FROM surrogates WHERE dataset_id = $1 LIMIT 1', [datasetId])
  const idOf = new Map(known.map(({ identity, id }) => [identity, String(id)]))
  const artifact = readArtifact(surrogate, idOf)
  if (rowCount !== 0 || !artifact) return false
  const { features, trainedOn, leftOut, points, fittedAt, fitSeconds } = surrogate
  const fit = deserialiseUmapKnn(artifact)
  const quality = await computeUmapKnnQuality(fit, { seed: fit.seed })
  const { rows } = await client.query<{ id: number }>(INSERT_SURROGATE, [
    ...[datasetId, features, trainedOn, leftOut, points.length, fittedAt, fitSeconds],
    ...[quality.spearman, quality.kendall, quality.meanAbsoluteError, quality.topRecall],
    ...[quality.intervalCoverage, quality.folds],
  ])
  await client.query('INSERT INTO surrogate_artifacts (surrogate_id, bytes) VALUES ($1, $2)', [
    rows[0].id,
    Buffer.from(artifact),
  ])
  await client.query(INSERT_POINTS, [
    rows[0].id,
    datasetId,
    JSON.stringify(points.map((point) => ({ ...point, activationId: Number(idOf.get(point.identity)) }))),
  ])
  return true
}

/** Null where a function is not known here, or the bytes are not of this version. */
function readArtifact(surrogate: SeedSurrogate, idOf: ReadonlyMap<string, string>): Uint8Array | null {
  if (surrogate.points.some((point) => !idOf.has(point.identity))) return null
  try {
    return renameRows(Buffer.from(surrogate.artifact, 'base64'), (identity) => {
      const id = idOf.get(identity)
      if (id === undefined) throw new Error(`${identity} is not known here`)
      return id
    })
  } catch {
    return null
  }
}

const FIND_ACTIVATIONS = `
  SELECT encode(identity, 'hex') AS identity, id FROM activations
  WHERE identity = ANY (ARRAY(SELECT decode(hex, 'hex') FROM unnest($1::text[]) AS hex))`

const INSERT_SURROGATE = `
  INSERT INTO surrogates (dataset_id, version, algorithm, state, progress, features, trained_on, left_out, candidates, fitted_at,
    fit_seconds, spearman, kendall, mean_absolute_error, top_recall, interval_coverage, folds)
  VALUES ($1, 1, 'UMAP_KNN', 'READY', 1, $2::feature_space[], $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
  RETURNING id`

const INSERT_POINTS = `
  INSERT INTO surrogate_points
    (surrogate_id, activation_id, x, y, mean, standard_deviation, measured, features, based_on)
  SELECT $1, p."activationId", p.x, p.y, p.mean, p."standardDeviation", p.measured,
    CASE WHEN p."hasSpectrum" THEN '{OUTPUTS,FISHER_SPECTRUM}'::feature_space[] ELSE '{OUTPUTS}'::feature_space[] END,
    ARRAY(SELECT e.id FROM json_array_elements_text(p."basedOn") WITH ORDINALITY AS b (expression, place)
      JOIN evaluations e ON e.dataset_id = $2 AND e.expression = b.expression ORDER BY b.place)
  FROM json_to_recordset($3::json) AS p ("activationId" int, x float8, y float8, mean float8,
    "standardDeviation" float8, measured float8, "hasSpectrum" boolean, "basedOn" json)`
