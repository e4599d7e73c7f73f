-- AlterEnum
-- This migration adds more than one value to an enum.
-- With PostgreSQL versions 11 and earlier, this is not possible
-- in a single migration. This can be worked around by creating
-- multiple migrations, each migration adding only one value to
-- the enum.


ALTER TYPE "search_algorithm" ADD VALUE 'UMAP_KNN';
ALTER TYPE "search_algorithm" ADD VALUE 'ASHA';

-- AlterTable
ALTER TABLE "searches" ADD COLUMN     "rungs" INTEGER[] NOT NULL DEFAULT ARRAY[]::INTEGER[];

-- AlterTable
ALTER TABLE "suggestions" ADD COLUMN     "epochs" INTEGER;

ALTER TABLE suggestions ADD CONSTRAINT suggestions_epochs_positive CHECK (epochs >= 1);

-- Within one search a function is out with one client only for each number of epochs, and never again once that is done.
DROP INDEX suggestions_one_per_activation;
CREATE UNIQUE INDEX suggestions_one_per_activation ON suggestions (search_id, activation_id, coalesce(epochs, 0))
  WHERE state <> 'EXPIRED';
