-- CreateTable
CREATE TABLE "activation_moments" (
    "activation_id" INTEGER NOT NULL,
    "version" INTEGER NOT NULL,
    "mean" DOUBLE PRECISION,
    "standard_deviation" DOUBLE PRECISION,

    CONSTRAINT "activation_moments_pkey" PRIMARY KEY ("activation_id")
);

-- AddForeignKey
ALTER TABLE "activation_moments" ADD CONSTRAINT "activation_moments_activation_id_fkey" FOREIGN KEY ("activation_id") REFERENCES "activations"("id") ON DELETE CASCADE ON UPDATE CASCADE;
