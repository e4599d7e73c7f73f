-- AlterTable
ALTER TABLE "training_jobs" ADD COLUMN     "expected_end_at" TIMESTAMPTZ(3),
ADD COLUMN     "images_per_second" DOUBLE PRECISION,
ADD COLUMN     "step" INTEGER,
ADD COLUMN     "steps" INTEGER;

ALTER TABLE training_jobs
  ADD CONSTRAINT training_jobs_steps_are_counted CHECK (step BETWEEN 0 AND steps),
  ADD CONSTRAINT training_jobs_rate_is_not_negative CHECK (images_per_second >= 0);
