-- CreateTable
CREATE TABLE "space_additions" (
    "schema" TEXT NOT NULL,
    "operators" TEXT[],
    "size" BIGINT NOT NULL,
    "done" BIGINT NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "space_additions_pkey" PRIMARY KEY ("schema")
);
