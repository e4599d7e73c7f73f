-- AlterTable
ALTER TABLE "datasets" ADD COLUMN     "recipe_description" TEXT;
