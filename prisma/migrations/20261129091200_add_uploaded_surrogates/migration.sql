-- AlterEnum
ALTER TYPE "surrogate_algorithm" ADD VALUE 'UPLOADED';

-- AlterTable
ALTER TABLE "datasets" ADD COLUMN     "deleted_surrogate_version" INTEGER NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "surrogates" ADD COLUMN     "name" TEXT;

-- AlterTable
ALTER TABLE "searches" ADD COLUMN     "surrogate_id" INTEGER,
ADD COLUMN     "surrogate_version" INTEGER;

-- CreateTable
CREATE TABLE "uploaded_predictions" (
    "surrogate_id" INTEGER NOT NULL,
    "identity" BYTEA NOT NULL,
    "identity_version" SMALLINT NOT NULL,
    "expression" TEXT NOT NULL,
    "mean" DOUBLE PRECISION NOT NULL,
    "standard_deviation" DOUBLE PRECISION,
    "measured" DOUBLE PRECISION,

    CONSTRAINT "uploaded_predictions_pkey" PRIMARY KEY ("surrogate_id","identity")
);

-- CreateIndex
CREATE INDEX "searches_surrogate_id_idx" ON "searches"("surrogate_id");

-- AddForeignKey
ALTER TABLE "uploaded_predictions" ADD CONSTRAINT "uploaded_predictions_surrogate_id_fkey" FOREIGN KEY ("surrogate_id") REFERENCES "surrogates"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "searches" ADD CONSTRAINT "searches_surrogate_id_fkey" FOREIGN KEY ("surrogate_id") REFERENCES "surrogates"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- A client does not say how many evaluations its surrogate was fitted on.
ALTER TABLE surrogates
  DROP CONSTRAINT surrogates_ready_are_complete,
  ADD CONSTRAINT surrogates_ready_are_complete CHECK (
    (state = 'READY') = (candidates IS NOT NULL AND fitted_at IS NOT NULL
      AND (trained_on IS NOT NULL OR name IS NOT NULL))),
  -- The text, because this transaction cannot use the new value yet.
  ADD CONSTRAINT surrogates_uploaded_have_a_name CHECK ((algorithm::text = 'UPLOADED') = (name IS NOT NULL));
ALTER TABLE uploaded_predictions
  ADD CONSTRAINT uploaded_predictions_mean_is_a_fraction CHECK (mean BETWEEN 0 AND 1),
  ADD CONSTRAINT uploaded_predictions_deviation_is_not_negative CHECK (
    standard_deviation >= 0 AND standard_deviation < 'Infinity');
ALTER TABLE searches
  ADD CONSTRAINT searches_surrogate_has_a_version CHECK (surrogate_id IS NULL OR surrogate_version IS NOT NULL);

CREATE TRIGGER uploaded_predictions_tell BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON uploaded_predictions
  FOR EACH STATEMENT EXECUTE FUNCTION actbench_notify_table();
-- All columns but progress and the counters of starts, which no kept answer shows.
DROP TRIGGER surrogates_tell ON surrogates;
CREATE TRIGGER surrogates_tell BEFORE INSERT OR DELETE OR TRUNCATE OR UPDATE OF id, dataset_id, version, algorithm, name,
    features, state, failure, trained_on, left_out, candidates, fitted_at, fit_seconds, spearman, kendall,
    mean_absolute_error, top_recall, interval_coverage, folds, quality_functions, quality_quarters, method, api_key_id,
    created_at ON surrogates
  FOR EACH STATEMENT EXECUTE FUNCTION actbench_notify_table();
