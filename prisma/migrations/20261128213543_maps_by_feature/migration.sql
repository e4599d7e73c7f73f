-- AlterTable
ALTER TABLE "surrogate_points" ADD COLUMN     "outputs_x" DOUBLE PRECISION,
ADD COLUMN     "outputs_y" DOUBLE PRECISION,
ADD COLUMN     "spectrum_x" DOUBLE PRECISION,
ADD COLUMN     "spectrum_y" DOUBLE PRECISION;

-- A place has two coordinates.
ALTER TABLE "surrogate_points"
ADD CONSTRAINT "surrogate_points_places_check"
CHECK (num_nulls("outputs_x", "outputs_y") <> 1 AND num_nulls("spectrum_x", "spectrum_y") <> 1);
