-- CreateTable
CREATE TABLE "source_rows" (
    "dataset_id" INTEGER NOT NULL,
    "position" INTEGER NOT NULL,
    "byte_offset" BIGINT NOT NULL,
    "evaluation_id" INTEGER,
    "listed" TEXT[],
    "bytes" BYTEA NOT NULL,

    CONSTRAINT "source_rows_pkey" PRIMARY KEY ("dataset_id","position")
);

-- CreateIndex
CREATE INDEX "source_rows_evaluation_id_idx" ON "source_rows"("evaluation_id");

-- AddForeignKey
ALTER TABLE "source_rows" ADD CONSTRAINT "source_rows_dataset_id_fkey" FOREIGN KEY ("dataset_id") REFERENCES "datasets"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "source_rows" ADD CONSTRAINT "source_rows_evaluation_id_fkey" FOREIGN KEY ("evaluation_id") REFERENCES "evaluations"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- The bytes are compressed already.
ALTER TABLE source_rows ALTER COLUMN bytes SET STORAGE EXTERNAL;
