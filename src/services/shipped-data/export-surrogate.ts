import type pg from 'pg'
import type { SeedPoint, SeedSurrogate } from '../../datasets/shipped/seed-surrogate.js'
import { deserialiseUmapKnn, serialiseUmapKnn } from '../../surrogate/umap/umap-knn-codec.js'

/** The newest READY surrogate of a dataset in the form that ships; null where there is none. */
export async function exportSurrogate(client: pg.ClientBase, datasetId: number): Promise<SeedSurrogate | null> {
  const { rows } = await client.query<SurrogateRow>(FIND_SURROGATE, [datasetId])
  const [surrogate] = rows
  if (!surrogate) return null
  const { rows: points } = await client.query<SeedPoint & { activationId: number }>(LIST_POINTS, [surrogate.id])
  const identityOf = new Map(points.map((point) => [String(point.activationId), point.identity]))
  const { id: _, artifact, fittedAt, ...rest } = surrogate
  return {
    ...rest,
    fittedAt: fittedAt.toISOString(),
    artifact: Buffer.from(renameRows(artifact, (id) => identityOf.get(id) ?? id)).toString('base64'),
    points: points.map(({ activationId: _, ...point }) => point),
  }
}

/** The bytes of a fit with other ids for its rows. Throws where the bytes are of another version. */
export function renameRows(artifact: Uint8Array, rename: (id: string) => string): Uint8Array {
  const fit = deserialiseUmapKnn(artifact)
  return serialiseUmapKnn({ ...fit, ids: fit.ids.map(rename) })
}

type SurrogateRow = Omit<SeedSurrogate, 'points' | 'artifact' | 'fittedAt'> & {
  readonly id: number
  readonly artifact: Buffer
  readonly fittedAt: Date
}

const FIND_SURROGATE = `
  SELECT s.id, s.algorithm, to_json(s.features) AS features, s.trained_on AS "trainedOn", s.left_out AS "leftOut",
    s.fitted_at AS "fittedAt",
    s.fit_seconds AS "fitSeconds", a.bytes AS artifact,
    json_build_object('spearman', s.spearman, 'kendall', s.kendall, 'meanAbsoluteError', s.mean_absolute_error,
      'topRecall', s.top_recall,
      'intervalCoverage', s.interval_coverage, 'folds', s.folds) AS quality
  FROM surrogates s JOIN surrogate_artifacts a ON a.surrogate_id = s.id
  WHERE s.dataset_id = $1 AND s.state = 'READY' AND s.algorithm = 'UMAP_KNN'
  ORDER BY s.version DESC LIMIT 1`

const LIST_POINTS = `
  SELECT p.activation_id AS "activationId", encode(a.identity, 'hex') AS identity, p.x, p.y, p.mean,
    p.standard_deviation AS "standardDeviation", p.measured,
    'FISHER_SPECTRUM' = ANY (p.features) AS "hasSpectrum",
    ARRAY(SELECT e.expression FROM unnest(p.based_on) WITH ORDINALITY AS b (id, place)
      JOIN evaluations e ON e.id = b.id ORDER BY b.place) AS "basedOn"
  FROM surrogate_points p JOIN activations a ON a.id = p.activation_id
  WHERE p.surrogate_id = $1 ORDER BY a.identity`
