-- CreateTable
CREATE TABLE "passed_over" (
    "search_id" INTEGER NOT NULL,
    "identity" BYTEA NOT NULL,
    "expression" TEXT NOT NULL,
    "twin_id" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "passed_over_pkey" PRIMARY KEY ("search_id","identity")
);

-- CreateIndex
CREATE INDEX "passed_over_twin_id_idx" ON "passed_over"("twin_id");

-- AddForeignKey
ALTER TABLE "passed_over" ADD CONSTRAINT "passed_over_search_id_fkey" FOREIGN KEY ("search_id") REFERENCES "searches"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "passed_over" ADD CONSTRAINT "passed_over_twin_id_fkey" FOREIGN KEY ("twin_id") REFERENCES "activations"("id") ON DELETE CASCADE ON UPDATE CASCADE;
