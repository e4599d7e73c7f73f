-- AlterTable
ALTER TABLE "surrogates" ADD COLUMN     "fruitless_starts" INTEGER NOT NULL DEFAULT 0;
