-- AlterTable
ALTER TABLE "training_jobs" ADD COLUMN     "fruitless_starts" INTEGER NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "workers" ADD COLUMN     "tasks" TEXT[];
