-- Prisma calls every list required and reads null as an empty list; PostgreSQL allows null and other readers find it.
-- This migration gives each list column the default '{}', so that no writer makes a null any more, an older version that
-- still serves included. Setting a default changes only the catalog: each lock lasts a moment, however large the table.
-- The next migration fills the nulls that exist and forbids new ones.

-- AlterTable
ALTER TABLE "activations" ALTER COLUMN "operators" SET DEFAULT ARRAY[]::TEXT[];

-- AlterTable
ALTER TABLE "space_additions" ALTER COLUMN "operators" SET DEFAULT ARRAY[]::TEXT[];

-- AlterTable
ALTER TABLE "datasets" ALTER COLUMN "search_space" SET DEFAULT ARRAY[]::TEXT[];

-- AlterTable
ALTER TABLE "source_rows" ALTER COLUMN "listed" SET DEFAULT ARRAY[]::TEXT[];

-- AlterTable
ALTER TABLE "workers" ALTER COLUMN "datasets" SET DEFAULT ARRAY[]::TEXT[],
ALTER COLUMN "tasks" SET DEFAULT ARRAY[]::TEXT[];

-- AlterTable
ALTER TABLE "surrogates" ALTER COLUMN "features" SET DEFAULT ARRAY[]::"feature_space"[];

-- AlterTable
ALTER TABLE "surrogate_points" ALTER COLUMN "features" SET DEFAULT ARRAY[]::"feature_space"[],
ALTER COLUMN "based_on" SET DEFAULT ARRAY[]::INTEGER[];

-- AlterTable
ALTER TABLE "searches" ALTER COLUMN "schemas" SET DEFAULT ARRAY[]::TEXT[];

-- AlterTable
ALTER TABLE "api_keys" ALTER COLUMN "scopes" SET DEFAULT ARRAY[]::"scope"[];

-- AlterTable
ALTER TABLE "idempotency_keys" ALTER COLUMN "training_job_ids" SET DEFAULT ARRAY[]::INTEGER[],
ALTER COLUMN "run_ids" SET DEFAULT ARRAY[]::INTEGER[];
