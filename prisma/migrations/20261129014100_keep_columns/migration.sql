-- AlterTable
ALTER TABLE "evaluation_changes" ADD COLUMN     "evaluation_id" INTEGER;

-- CreateTable
CREATE TABLE "dataset_columns" (
    "dataset_id" INTEGER NOT NULL,
    "generation" BIGINT NOT NULL,
    "name" TEXT NOT NULL,
    "bytes" BYTEA NOT NULL,

    CONSTRAINT "dataset_columns_pkey" PRIMARY KEY ("dataset_id","generation","name")
);

-- AddForeignKey
ALTER TABLE "dataset_columns" ADD CONSTRAINT "dataset_columns_dataset_id_fkey" FOREIGN KEY ("dataset_id") REFERENCES "datasets"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Random numbers do not get smaller, and reads of the others are faster.
ALTER TABLE dataset_columns ALTER COLUMN bytes SET STORAGE EXTERNAL;

-- The log names the evaluation of each change.
CREATE OR REPLACE FUNCTION evaluations_are_logged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- Whoever deletes a whole dataset deletes these rows too.
  IF current_setting('actbench.uncounted', true) = 'on' THEN RETURN NULL; END IF;
  IF TG_OP = 'INSERT' THEN
    INSERT INTO evaluation_changes (dataset_id, evaluation_id, sign, train_accuracy, train_loss, validation_accuracy,
        validation_loss, test_accuracy, test_loss, runtime_seconds)
      SELECT dataset_id, id, 1, train_accuracy, train_loss, validation_accuracy, validation_loss, test_accuracy, test_loss,
        runtime_seconds FROM added;
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO evaluation_changes (dataset_id, evaluation_id, sign, train_accuracy, train_loss, validation_accuracy,
        validation_loss, test_accuracy, test_loss, runtime_seconds)
      SELECT dataset_id, id, -1, train_accuracy, train_loss, validation_accuracy, validation_loss, test_accuracy, test_loss,
        runtime_seconds FROM removed;
  ELSE
    INSERT INTO evaluation_changes (dataset_id, evaluation_id, sign, train_accuracy, train_loss, validation_accuracy,
        validation_loss, test_accuracy, test_loss, runtime_seconds)
      WITH changed AS (
        SELECT o AS before, n AS after,
          (o.dataset_id, o.train_accuracy, o.train_loss, o.validation_accuracy, o.validation_loss, o.test_accuracy,
            o.test_loss, o.runtime_seconds) IS DISTINCT FROM
          (n.dataset_id, n.train_accuracy, n.train_loss, n.validation_accuracy, n.validation_loss, n.test_accuracy,
            n.test_loss, n.runtime_seconds) AS is_measured_anew,
          (o.activation_id, o.run_count) IS DISTINCT FROM (n.activation_id, n.run_count) AS is_other
        FROM removed o JOIN added n ON n.id = o.id)
      SELECT (r).dataset_id, (r).id, sign, (r).train_accuracy, (r).train_loss, (r).validation_accuracy, (r).validation_loss,
          (r).test_accuracy, (r).test_loss, (r).runtime_seconds
        FROM (SELECT before AS r, -1 AS sign FROM changed WHERE is_measured_anew
          UNION ALL SELECT after, 1 FROM changed WHERE is_measured_anew) v
      UNION ALL
      SELECT (after).dataset_id, (after).id, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM changed
        WHERE is_other AND NOT is_measured_anew;
  END IF;
  RETURN NULL;
END $$;

-- Logs a change of these evaluations, or of any evaluation of their datasets if they are many.
CREATE FUNCTION actbench_log_evaluations(evaluation_ids integer[]) RETURNS void LANGUAGE sql AS $$
  INSERT INTO evaluation_changes (dataset_id, evaluation_id, sign)
    SELECT dataset_id, id, 0 FROM evaluations
      WHERE id = ANY (evaluation_ids) AND cardinality(evaluation_ids) <= 5000
    UNION
    SELECT dataset_id, NULL, 0 FROM evaluations
      WHERE id = ANY (evaluation_ids) AND cardinality(evaluation_ids) > 5000
$$;

CREATE OR REPLACE FUNCTION changed_runs_are_logged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM actbench_log_evaluations(array_agg(DISTINCT evaluation_id)) FROM changed;
  RETURN NULL;
END $$;

-- Whoever packs a dataset looks for this lock: it must see all evaluations that this transaction has logged, or none of its
-- changes.
CREATE OR REPLACE FUNCTION changed_functions_are_logged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(7305022, 0);
  IF TG_TABLE_NAME = 'activations' THEN
    PERFORM actbench_log_evaluations(array_agg(e.id))
      FROM before o JOIN after n ON n.id = o.id JOIN evaluations e ON e.activation_id = n.id
        WHERE (o.expression, o.depth, o.operators, o.is_finite) IS DISTINCT FROM
          (n.expression, n.depth, n.operators, n.is_finite);
  ELSIF TG_OP = 'DELETE' THEN
    PERFORM actbench_log_evaluations(array_agg(e.id)) FROM before o JOIN evaluations e ON e.activation_id = o.activation_id;
  ELSE
    PERFORM actbench_log_evaluations(array_agg(e.id)) FROM after n JOIN evaluations e ON e.activation_id = n.activation_id;
  END IF;
  RETURN NULL;
END $$;
