-- AlterTable
ALTER TABLE "datasets" ADD COLUMN     "exports_closed" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "source_bytes" DOUBLE PRECISION;
