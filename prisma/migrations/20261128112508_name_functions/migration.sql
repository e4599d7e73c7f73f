-- Names of functions that follow from the stock of spellings, and ids of functions that are not stored.
-- The data of earlier versions are sorted by `actbench migrate`, because SQL cannot parse expressions
-- (src/services/shipped-data/sort-spellings.ts).

-- AlterTable
ALTER TABLE "activations" ADD COLUMN     "is_named_by_client" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "described_activations" (
    "identity" BYTEA NOT NULL,
    "expression" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "described_activations_pkey" PRIMARY KEY ("identity")
);

ALTER TABLE described_activations
  ADD CONSTRAINT described_activations_identity_is_sha256 CHECK (octet_length(identity) = 32);
