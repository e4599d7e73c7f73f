-- CreateTable
CREATE TABLE "activation_shapes" (
    "activation_id" INTEGER NOT NULL,
    "version" INTEGER NOT NULL,
    "shape" BYTEA,

    CONSTRAINT "activation_shapes_pkey" PRIMARY KEY ("activation_id")
);

-- CreateIndex
CREATE INDEX "activation_shapes_shape_idx" ON "activation_shapes"("shape");

-- AddForeignKey
ALTER TABLE "activation_shapes" ADD CONSTRAINT "activation_shapes_activation_id_fkey" FOREIGN KEY ("activation_id") REFERENCES "activations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Servers keep answers with scaled twins until a shape changes.
CREATE TRIGGER activation_shapes_tell BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON activation_shapes
  FOR EACH STATEMENT EXECUTE FUNCTION actbench_notify_table();

-- All columns but progress and the counters of starts, which no kept answer shows.
DROP TRIGGER surrogates_tell ON surrogates;
CREATE TRIGGER surrogates_tell BEFORE INSERT OR DELETE OR TRUNCATE OR UPDATE OF id, dataset_id, version, algorithm, features,
    state, failure, trained_on, left_out, candidates, fitted_at, fit_seconds, spearman, kendall, mean_absolute_error,
    top_recall, interval_coverage, folds, quality_functions, quality_quarters, method, api_key_id, created_at ON surrogates
  FOR EACH STATEMENT EXECUTE FUNCTION actbench_notify_table();
