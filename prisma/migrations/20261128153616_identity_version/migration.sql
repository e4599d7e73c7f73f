-- The version of each identity. `actbench migrate` computes identities of earlier versions again, because SQL cannot evaluate
-- expressions (src/services/activations/recompute-identities.ts).

-- AlterTable
ALTER TABLE "activations" ADD COLUMN     "identity_version" SMALLINT NOT NULL DEFAULT 1;

-- Servers of an earlier version do not know the column. Without a default they cannot store a function with an identity that
-- this version does not find.
ALTER TABLE "activations" ALTER COLUMN "identity_version" DROP DEFAULT;

-- Empty once all identities are those of version 2, so that each start can ask for the others.
CREATE INDEX activations_with_old_identity ON activations (id) WHERE identity_version < 2;

-- The same request of `trainActivation` has another hash now. A repetition finds its jobs and runs without the stored answer.
DELETE FROM idempotency_keys WHERE mutation = 'trainActivation';
