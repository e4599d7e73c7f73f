-- AlterTable
ALTER TABLE "surrogates" ADD COLUMN     "interval_coverage" DOUBLE PRECISION;
