-- CreateTable
CREATE TABLE "kept_datasets" (
    "dataset_id" INTEGER NOT NULL,
    "generation" BIGSERIAL NOT NULL,
    "evaluations" INTEGER NOT NULL,
    "built_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "kept_datasets_pkey" PRIMARY KEY ("dataset_id")
);

-- CreateTable
CREATE TABLE "kept_metrics" (
    "dataset_id" INTEGER NOT NULL,
    "generation" BIGINT NOT NULL,
    "metric" TEXT NOT NULL,
    "count" INTEGER NOT NULL,
    "mean" DOUBLE PRECISION,
    "squares" DOUBLE PRECISION,

    CONSTRAINT "kept_metrics_pkey" PRIMARY KEY ("dataset_id","generation","metric")
);

-- CreateTable
CREATE TABLE "metric_steps" (
    "dataset_id" INTEGER NOT NULL,
    "generation" BIGINT NOT NULL,
    "metric" TEXT NOT NULL,
    "value" DOUBLE PRECISION NOT NULL,
    "below" INTEGER NOT NULL,
    "above" INTEGER NOT NULL,

    CONSTRAINT "metric_steps_pkey" PRIMARY KEY ("dataset_id","generation","metric","value")
);

-- CreateTable
CREATE TABLE "evaluation_changes" (
    "dataset_id" INTEGER NOT NULL,
    "id" BIGSERIAL NOT NULL,
    "sign" SMALLINT NOT NULL,
    "train_accuracy" DOUBLE PRECISION,
    "train_loss" DOUBLE PRECISION,
    "validation_accuracy" DOUBLE PRECISION,
    "validation_loss" DOUBLE PRECISION,
    "test_accuracy" DOUBLE PRECISION,
    "test_loss" DOUBLE PRECISION,
    "runtime_seconds" DOUBLE PRECISION,

    CONSTRAINT "evaluation_changes_pkey" PRIMARY KEY ("dataset_id","id")
);

-- AddForeignKey
ALTER TABLE "kept_datasets" ADD CONSTRAINT "kept_datasets_dataset_id_fkey" FOREIGN KEY ("dataset_id") REFERENCES "datasets"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "kept_metrics" ADD CONSTRAINT "kept_metrics_dataset_id_fkey" FOREIGN KEY ("dataset_id") REFERENCES "datasets"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "metric_steps" ADD CONSTRAINT "metric_steps_dataset_id_fkey" FOREIGN KEY ("dataset_id") REFERENCES "datasets"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- ---------------------------------------------------------------- the log of changes

-- One row for each evaluation that came, went or got other metrics, written by whoever changes it and in the same transaction.
-- Nobody waits for anybody: rows are only added.
CREATE FUNCTION evaluations_are_logged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- Whoever deletes a whole dataset deletes these rows too.
  IF current_setting('actbench.uncounted', true) = 'on' THEN RETURN NULL; END IF;
  IF TG_OP = 'INSERT' THEN
    INSERT INTO evaluation_changes (dataset_id, sign, train_accuracy, train_loss, validation_accuracy, validation_loss,
        test_accuracy, test_loss, runtime_seconds)
      SELECT dataset_id, 1, train_accuracy, train_loss, validation_accuracy, validation_loss, test_accuracy, test_loss,
        runtime_seconds FROM added;
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO evaluation_changes (dataset_id, sign, train_accuracy, train_loss, validation_accuracy, validation_loss,
        test_accuracy, test_loss, runtime_seconds)
      SELECT dataset_id, -1, train_accuracy, train_loss, validation_accuracy, validation_loss, test_accuracy, test_loss,
        runtime_seconds FROM removed;
  ELSE
    INSERT INTO evaluation_changes (dataset_id, sign, train_accuracy, train_loss, validation_accuracy, validation_loss,
        test_accuracy, test_loss, runtime_seconds)
      WITH changed AS (
        SELECT o AS before, n AS after,
          (o.dataset_id, o.train_accuracy, o.train_loss, o.validation_accuracy, o.validation_loss, o.test_accuracy,
            o.test_loss, o.runtime_seconds) IS DISTINCT FROM
          (n.dataset_id, n.train_accuracy, n.train_loss, n.validation_accuracy, n.validation_loss, n.test_accuracy,
            n.test_loss, n.runtime_seconds) AS is_measured_anew,
          (o.activation_id, o.run_count) IS DISTINCT FROM (n.activation_id, n.run_count) AS is_other
        FROM removed o JOIN added n ON n.id = o.id)
      SELECT (r).dataset_id, sign, (r).train_accuracy, (r).train_loss, (r).validation_accuracy, (r).validation_loss,
          (r).test_accuracy, (r).test_loss, (r).runtime_seconds
        FROM (SELECT before AS r, -1 AS sign FROM changed WHERE is_measured_anew
          UNION ALL SELECT after, 1 FROM changed WHERE is_measured_anew) v
      UNION ALL
      SELECT (after).dataset_id, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM changed
        WHERE is_other AND NOT is_measured_anew GROUP BY 1;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER evaluations_logged_inserted AFTER INSERT ON evaluations REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION evaluations_are_logged();
CREATE TRIGGER evaluations_logged_deleted AFTER DELETE ON evaluations REFERENCING OLD TABLE AS removed
  FOR EACH STATEMENT EXECUTE FUNCTION evaluations_are_logged();
CREATE TRIGGER evaluations_logged_updated AFTER UPDATE ON evaluations REFERENCING OLD TABLE AS removed NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION evaluations_are_logged();

-- The noise of a dataset follows from its runs. Runs that come and go change the counts of their evaluations.
CREATE FUNCTION changed_runs_are_logged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO evaluation_changes (dataset_id, sign) SELECT DISTINCT dataset_id, 0 FROM changed;
  RETURN NULL;
END $$;
CREATE TRIGGER runs_logged_updated AFTER UPDATE ON runs REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION changed_runs_are_logged();

-- ---------------------------------------------------------------- a generation

-- Counts a dataset, and deletes the changes that the counts include. Returns false if another transaction is doing so. One
-- statement does all of it, so it counts exactly the changes that it deletes: a change of a transaction that has not ended is
-- in neither, and stays in the log.
CREATE FUNCTION actbench_keep_counts(wanted integer) RETURNS boolean LANGUAGE plpgsql SET work_mem = '128MB' AS $$
DECLARE
  step CONSTANT integer := 500;
  names CONSTANT text[] := ARRAY['train_accuracy', 'train_loss', 'validation_accuracy', 'validation_loss', 'test_accuracy',
    'test_loss', 'runtime_seconds'];
  totals text;
  measured text;
  steps text;
BEGIN
  IF NOT pg_try_advisory_xact_lock(7305021, wanted) THEN RETURN false; END IF;
  -- Squares of larger values could be infinite, which is an error in PostgreSQL.
  SELECT string_agg(format('count(%1$I) AS c_%1$s, max(abs(%1$I)) AS m_%1$s, avg(%1$I) FILTER (WHERE abs(%1$I) < 1e100) AS a_%1$s,
    var_pop(%1$I) FILTER (WHERE abs(%1$I) < 1e100) AS v_%1$s', name), ', ') INTO totals FROM unnest(names) name;
  SELECT string_agg(format('SELECT %1$L AS metric, c_%1$s AS count, CASE WHEN m_%1$s < 1e100 THEN a_%1$s END AS mean,
    CASE WHEN m_%1$s < 1e100 THEN v_%1$s * c_%1$s END AS squares FROM totals', name), ' UNION ALL ') INTO measured
    FROM unnest(names) name;
  -- Every 500th row, and the next value after one that occurs so often that it has several of these rows.
  SELECT string_agg(format('
    SELECT %1$L AS metric, value, below FROM (
      WITH picked AS (
        SELECT value, below, count(*) AS rows FROM (
          SELECT %1$I AS value, rank() OVER w - 1 AS below, row_number() OVER w - 1 AS place
            FROM evaluations WHERE dataset_id = $1 AND %1$I IS NOT NULL WINDOW w AS (ORDER BY %1$I)) placed
          WHERE place %% %2$s = 0 GROUP BY value, below)
      SELECT value, below FROM picked
      UNION
      SELECT next.value, p.below + (SELECT count(*) FROM evaluations WHERE dataset_id = $1 AND %1$I = p.value)
        FROM picked p, LATERAL (SELECT min(%1$I) AS value FROM evaluations WHERE dataset_id = $1 AND %1$I > p.value) next
        WHERE p.rows > 1 AND next.value IS NOT NULL) s', name, step), ' UNION ALL ') INTO steps FROM unnest(names) name;
  EXECUTE format('
    WITH no_changes AS (DELETE FROM evaluation_changes WHERE dataset_id = $1),
    no_steps AS (DELETE FROM metric_steps WHERE dataset_id = $1),
    no_metrics AS (DELETE FROM kept_metrics WHERE dataset_id = $1),
    totals AS (SELECT count(*) AS rows, %s FROM evaluations WHERE dataset_id = $1),
    measured AS (%s),
    kept AS (
      INSERT INTO kept_datasets (dataset_id, evaluations) SELECT d.id, t.rows FROM datasets d, totals t WHERE d.id = $1
        ON CONFLICT (dataset_id) DO UPDATE SET generation = excluded.generation, evaluations = excluded.evaluations,
          built_at = now()
        RETURNING dataset_id, generation),
    new_metrics AS (
      INSERT INTO kept_metrics (dataset_id, generation, metric, count, mean, squares)
        SELECT k.dataset_id, k.generation, m.metric, m.count, m.mean, m.squares FROM kept k, measured m)
    INSERT INTO metric_steps (dataset_id, generation, metric, value, below, above)
      SELECT k.dataset_id, k.generation, s.metric, s.value, s.below, m.count - s.below
        FROM kept k, measured m, (%s) s WHERE s.metric = m.metric', totals, measured, steps)
    USING wanted;
  RETURN true;
END $$;

SELECT actbench_keep_counts(id) FROM datasets;
