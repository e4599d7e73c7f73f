-- Searches of earlier versions learned from no other dataset, and started with the baselines.
ALTER TABLE "searches" ADD COLUMN     "baselines" BOOLEAN NOT NULL DEFAULT true,
ADD COLUMN     "transfer_from" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[];
