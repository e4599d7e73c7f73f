-- CreateIndex
CREATE INDEX "suggestions_evaluation_id_idx" ON "suggestions"("evaluation_id");

-- CreateIndex
CREATE INDEX "suggestions_surrogate_id_idx" ON "suggestions"("surrogate_id");

CREATE TRIGGER searches_notify_deleted AFTER DELETE ON searches FOR EACH ROW
  EXECUTE FUNCTION actbench_notify_deleted('search', 'dataset_id');
