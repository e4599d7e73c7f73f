-- CreateTable
CREATE TABLE "task_definitions" (
    "dataset_id" INTEGER NOT NULL,
    "version" TEXT NOT NULL,
    "definition" JSON NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "task_definitions_pkey" PRIMARY KEY ("dataset_id","version")
);

-- AddForeignKey
ALTER TABLE "task_definitions" ADD CONSTRAINT "task_definitions_dataset_id_fkey" FOREIGN KEY ("dataset_id") REFERENCES "datasets"("id") ON DELETE CASCADE ON UPDATE CASCADE;
