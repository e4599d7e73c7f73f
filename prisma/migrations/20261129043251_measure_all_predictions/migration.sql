-- AlterTable
ALTER TABLE "surrogates" ADD COLUMN     "method" INTEGER NOT NULL DEFAULT 1,
ADD COLUMN     "quality_functions" INTEGER,
ADD COLUMN     "quality_quarters" JSON;
