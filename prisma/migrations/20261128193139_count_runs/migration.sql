-- AlterTable
ALTER TABLE "evaluations" ADD COLUMN     "run_count" INTEGER NOT NULL DEFAULT 0;

-- CreateIndex
CREATE INDEX "evaluations_dataset_id_run_count_id_idx" ON "evaluations"("dataset_id", "run_count", "id");

-- CreateIndex
CREATE INDEX "runs_dataset_id_id_idx" ON "runs"("dataset_id", "id");

-- CreateIndex
CREATE INDEX "runs_dataset_id_seed_id_idx" ON "runs"("dataset_id", "seed", "id");

-- The number of runs of each evaluation, so that filters by it read an index. Triggers keep it, also for servers of an earlier
-- version that run during an upgrade.
SET LOCAL actbench.quiet = 'on';
UPDATE evaluations e SET run_count = counted.count
  FROM (SELECT evaluation_id, count(*)::int AS count FROM runs GROUP BY evaluation_id) counted
  WHERE e.id = counted.evaluation_id;

CREATE FUNCTION runs_are_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- Whoever deletes a whole dataset does not need them.
  IF current_setting('actbench.uncounted', true) = 'on' THEN RETURN NULL; END IF;
  IF TG_OP = 'INSERT' THEN
    UPDATE evaluations e SET run_count = e.run_count + c.count
      FROM (SELECT evaluation_id, count(*)::int AS count FROM changed GROUP BY evaluation_id) c
      WHERE e.id = c.evaluation_id;
  ELSE
    UPDATE evaluations e SET run_count = e.run_count - c.count
      FROM (SELECT evaluation_id, count(*)::int AS count FROM changed GROUP BY evaluation_id) c
      WHERE e.id = c.evaluation_id;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER runs_counted_inserted AFTER INSERT ON runs REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION runs_are_counted();
CREATE TRIGGER runs_counted_deleted AFTER DELETE ON runs REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION runs_are_counted();

CREATE FUNCTION moved_runs_are_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE evaluations SET run_count = run_count - 1 WHERE id = OLD.evaluation_id;
  UPDATE evaluations SET run_count = run_count + 1 WHERE id = NEW.evaluation_id;
  RETURN NULL;
END $$;
CREATE TRIGGER runs_counted_moved AFTER UPDATE OF evaluation_id ON runs FOR EACH ROW
  WHEN (OLD.evaluation_id IS DISTINCT FROM NEW.evaluation_id) EXECUTE FUNCTION moved_runs_are_counted();

-- A changed count is no news of its own: whoever adds a run changes the medians too.
DROP TRIGGER evaluations_notify ON evaluations;
CREATE TRIGGER evaluations_notify AFTER INSERT OR UPDATE OF activation_id, expression, updated_at ON evaluations FOR EACH ROW
  EXECUTE FUNCTION actbench_notify('evaluation');
