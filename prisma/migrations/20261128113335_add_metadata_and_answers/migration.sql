-- AlterTable
ALTER TABLE "runs" ADD COLUMN     "metadata" JSON;

-- AlterTable
ALTER TABLE "training_jobs" ADD COLUMN     "metadata" JSON;

-- AlterTable
ALTER TABLE "suggestions" ADD COLUMN     "metadata" JSON;

-- AlterTable
ALTER TABLE "idempotency_keys" ADD COLUMN     "mutation" TEXT NOT NULL DEFAULT 'trainActivation',
ADD COLUMN     "results" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- Prisma's lists are nullable; these never are.
ALTER TABLE "idempotency_keys" ALTER COLUMN "results" SET NOT NULL;

-- Answers of version 0.2.0 are carried over.
UPDATE idempotency_keys
SET results = array(SELECT 'TrainingJob:' || id FROM unnest(training_job_ids) WITH ORDINALITY AS j(id, position) ORDER BY position)
  || array(SELECT 'Run:' || id FROM unnest(run_ids) WITH ORDINALITY AS r(id, position) ORDER BY position);

-- What clients attach to a result is a JSON object of at most 8 kB, whoever writes it.
ALTER TABLE runs ADD CONSTRAINT runs_metadata_is_a_small_object
  CHECK (json_typeof(metadata) = 'object' AND octet_length(metadata::text) <= 8192);
ALTER TABLE training_jobs ADD CONSTRAINT training_jobs_metadata_is_a_small_object
  CHECK (json_typeof(metadata) = 'object' AND octet_length(metadata::text) <= 8192);
ALTER TABLE suggestions ADD CONSTRAINT suggestions_metadata_is_a_small_object
  CHECK (json_typeof(metadata) = 'object' AND octet_length(metadata::text) <= 8192);

-- Subscribers learn that something was deleted. One notification tells of a dataset with everything in it. A finished job
-- has no subscribers.
CREATE FUNCTION actbench_notify_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('actbench', json_build_object('kind', TG_ARGV[0], 'id', OLD.id,
    'datasetId', (to_json(OLD) ->> TG_ARGV[1])::int)::text);
  RETURN NULL;
END
$$;
CREATE TRIGGER datasets_notify_deleted AFTER DELETE ON datasets FOR EACH ROW
  EXECUTE FUNCTION actbench_notify_deleted('dataset', 'id');
CREATE TRIGGER training_jobs_notify_deleted AFTER DELETE ON training_jobs FOR EACH ROW
  WHEN (OLD.state IN ('QUEUED', 'RUNNING')) EXECUTE FUNCTION actbench_notify_deleted('training_job', 'dataset_id');
