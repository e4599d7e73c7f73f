-- AlterTable
ALTER TABLE "runs" ADD COLUMN     "end_reason" TEXT;
