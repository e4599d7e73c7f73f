-- AlterTable
ALTER TABLE "surrogates" ADD COLUMN     "left_out" INTEGER;
