-- CreateEnum
CREATE TYPE "run_choice" AS ENUM ('MEDIAN', 'MEAN', 'BEST', 'SEED', 'RANDOM');

-- AlterTable
ALTER TABLE "searches" ADD COLUMN     "replay_seed" INTEGER,
ADD COLUMN     "replay_value" "run_choice" NOT NULL DEFAULT 'MEDIAN';
