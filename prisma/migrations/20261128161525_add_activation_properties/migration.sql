-- CreateTable
CREATE TABLE "activation_properties" (
    "activation_id" INTEGER NOT NULL,
    "version" INTEGER NOT NULL,
    "is_even" BOOLEAN NOT NULL,
    "is_odd" BOOLEAN NOT NULL,
    "is_monotone" BOOLEAN NOT NULL,
    "is_bounded" BOOLEAN NOT NULL,
    "is_smooth" BOOLEAN NOT NULL,
    "value_at_zero" DOUBLE PRECISION,
    "derivative_at_zero" DOUBLE PRECISION,
    "left_slope" DOUBLE PRECISION,
    "right_slope" DOUBLE PRECISION,
    "turning_points" INTEGER NOT NULL,
    "sampled" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],

    CONSTRAINT "activation_properties_pkey" PRIMARY KEY ("activation_id")
);

-- AddForeignKey
ALTER TABLE "activation_properties" ADD CONSTRAINT "activation_properties_activation_id_fkey" FOREIGN KEY ("activation_id") REFERENCES "activations"("id") ON DELETE CASCADE ON UPDATE CASCADE;
