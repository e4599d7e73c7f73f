-- Fills the lists that are null and makes every list column NOT NULL. Prisma cannot express this.
-- The updates lock only the rows that they change: usually surrogates that were queued and never fitted.
-- SET NOT NULL reads the table once under an exclusive lock, which is held until this transaction commits: about 200 ms for
-- a million rows (measured). Small tables come first, so that the large ones are locked for the shortest time.

UPDATE "space_additions" SET "operators" = '{}' WHERE "operators" IS NULL;
UPDATE "datasets" SET "search_space" = '{}' WHERE "search_space" IS NULL;
UPDATE "workers" SET "datasets" = coalesce("datasets", '{}'), "tasks" = coalesce("tasks", '{}')
  WHERE "datasets" IS NULL OR "tasks" IS NULL;
UPDATE "surrogates" SET "features" = '{}' WHERE "features" IS NULL;
UPDATE "searches" SET "schemas" = '{}' WHERE "schemas" IS NULL;
UPDATE "api_keys" SET "scopes" = '{}' WHERE "scopes" IS NULL;
UPDATE "idempotency_keys"
  SET "training_job_ids" = coalesce("training_job_ids", '{}'), "run_ids" = coalesce("run_ids", '{}')
  WHERE "training_job_ids" IS NULL OR "run_ids" IS NULL;
UPDATE "source_rows" SET "listed" = '{}' WHERE "listed" IS NULL;
UPDATE "surrogate_points" SET "features" = coalesce("features", '{}'), "based_on" = coalesce("based_on", '{}')
  WHERE "features" IS NULL OR "based_on" IS NULL;
UPDATE "activations" SET "operators" = '{}' WHERE "operators" IS NULL;

ALTER TABLE "space_additions" ALTER COLUMN "operators" SET NOT NULL;
ALTER TABLE "datasets" ALTER COLUMN "search_space" SET NOT NULL;
ALTER TABLE "workers" ALTER COLUMN "datasets" SET NOT NULL, ALTER COLUMN "tasks" SET NOT NULL;
ALTER TABLE "surrogates" ALTER COLUMN "features" SET NOT NULL;
ALTER TABLE "searches" ALTER COLUMN "schemas" SET NOT NULL;
ALTER TABLE "api_keys" ALTER COLUMN "scopes" SET NOT NULL;
ALTER TABLE "idempotency_keys" ALTER COLUMN "training_job_ids" SET NOT NULL, ALTER COLUMN "run_ids" SET NOT NULL;
ALTER TABLE "source_rows" ALTER COLUMN "listed" SET NOT NULL;
ALTER TABLE "surrogate_points" ALTER COLUMN "features" SET NOT NULL, ALTER COLUMN "based_on" SET NOT NULL;
ALTER TABLE "activations" ALTER COLUMN "operators" SET NOT NULL;
