-- AlterTable
ALTER TABLE "training_jobs" ADD COLUMN     "traceparent" TEXT;

-- AlterTable
ALTER TABLE "workers" ADD COLUMN     "images_per_second" DOUBLE PRECISION,
ADD COLUMN     "memory_bytes" BIGINT,
ADD COLUMN     "task" TEXT,
ADD COLUMN     "task_since" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "worker_counts" (
    "name" TEXT NOT NULL,
    "dataset" TEXT NOT NULL,
    "backend" TEXT NOT NULL,
    "task" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "value" DOUBLE PRECISION NOT NULL DEFAULT 0,

    CONSTRAINT "worker_counts_pkey" PRIMARY KEY ("name","dataset","backend","task","outcome")
);
