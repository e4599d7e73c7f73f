-- CreateIndex
CREATE INDEX "training_jobs_state_id_idx" ON "training_jobs"("state", "id");

-- CreateIndex
CREATE INDEX "training_jobs_dataset_id_state_id_idx" ON "training_jobs"("dataset_id", "state", "id");

-- CreateIndex
CREATE INDEX "searches_state_id_idx" ON "searches"("state", "id");

-- CreateIndex
CREATE INDEX "searches_dataset_id_state_id_idx" ON "searches"("dataset_id", "state", "id");

-- CreateIndex
CREATE INDEX "suggestions_search_id_id_idx" ON "suggestions"("search_id", "id");
