-- CreateEnum
CREATE TYPE "search_end_reason" AS ENUM ('BUDGET_USED', 'NO_FUNCTION_LEFT', 'TOO_MANY_FAILURES', 'STOPPED');

-- CreateEnum
CREATE TYPE "search_shortage" AS ENUM ('NONE_LEFT', 'NONE_FOUND');

-- AlterTable
ALTER TABLE "training_jobs" ADD COLUMN     "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

-- AlterTable
ALTER TABLE "searches" ADD COLUMN     "end_reason" "search_end_reason",
ADD COLUMN     "shortage" "search_shortage";

-- CreateIndex
CREATE INDEX "training_jobs_dataset_id_updated_at_idx" ON "training_jobs"("dataset_id", "updated_at");

-- CreateIndex
CREATE INDEX "training_jobs_api_key_id_id_idx" ON "training_jobs"("api_key_id", "id");

-- CreateIndex
CREATE INDEX "training_jobs_api_key_id_state_id_idx" ON "training_jobs"("api_key_id", "state", "id");

-- CreateIndex
CREATE INDEX "searches_api_key_id_id_idx" ON "searches"("api_key_id", "id");

-- CreateIndex
CREATE INDEX "searches_api_key_id_state_id_idx" ON "searches"("api_key_id", "state", "id");

-- ---------------------------------------------------------------- why searches ended

UPDATE searches SET end_reason = CASE state WHEN 'COMPLETED' THEN 'BUDGET_USED' ELSE 'STOPPED' END::search_end_reason
  WHERE state <> 'ACTIVE';

-- A search that ends gets a reason, also if a server of version 0.2.0 ends it during an upgrade, which knows none.
CREATE FUNCTION actbench_give_end_reason() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.state = 'ACTIVE' THEN
    NEW.end_reason := NULL;
  ELSIF NEW.end_reason IS NULL THEN
    NEW.end_reason := CASE NEW.state WHEN 'COMPLETED' THEN 'BUDGET_USED' ELSE 'STOPPED' END::search_end_reason;
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER searches_end_reason BEFORE INSERT OR UPDATE OF state, end_reason ON searches FOR EACH ROW
  EXECUTE FUNCTION actbench_give_end_reason();

ALTER TABLE searches
  ADD CONSTRAINT searches_end_for_a_reason CHECK ((state = 'ACTIVE') = (end_reason IS NULL)),
  ADD CONSTRAINT searches_complete_or_stop_for_their_reasons CHECK (
    end_reason IS NULL OR (state = 'COMPLETED') = (end_reason IN ('BUDGET_USED', 'NO_FUNCTION_LEFT')));

-- ---------------------------------------------------------------- state machines

-- A larger budget continues a search that used its budget or failed too often. The two other reasons are final.
DROP TRIGGER searches_transition ON searches;
CREATE TRIGGER searches_transition BEFORE UPDATE OF state ON searches FOR EACH ROW
  EXECUTE FUNCTION actbench_check_transition('ACTIVE>COMPLETED', 'ACTIVE>STOPPED', 'COMPLETED>ACTIVE', 'STOPPED>ACTIVE');
CREATE FUNCTION actbench_check_continued_search() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.end_reason NOT IN ('BUDGET_USED', 'TOO_MANY_FAILURES') OR NEW.budget <= OLD.budget THEN
    RAISE EXCEPTION 'a search that ended with % and budget % cannot continue with budget %',
      OLD.end_reason, OLD.budget, NEW.budget
      USING ERRCODE = 'check_violation', CONSTRAINT = 'searches_continue_with_a_larger_budget';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER searches_continue BEFORE UPDATE OF state ON searches FOR EACH ROW
  WHEN (OLD.state <> 'ACTIVE' AND NEW.state = 'ACTIVE') EXECUTE FUNCTION actbench_check_continued_search();

-- A late report or renewal is accepted while nobody else has the function. The index suggestions_one_per_activation refuses
-- it otherwise.
DROP TRIGGER suggestions_transition ON suggestions;
CREATE TRIGGER suggestions_transition BEFORE UPDATE OF state ON suggestions FOR EACH ROW
  EXECUTE FUNCTION actbench_check_transition('LEASED>COMPLETED', 'LEASED>FAILED', 'LEASED>EXPIRED',
    'EXPIRED>COMPLETED', 'EXPIRED>FAILED', 'EXPIRED>LEASED');

-- ---------------------------------------------------------------- times of changes

UPDATE training_jobs SET updated_at = coalesce(finished_at, started_at, created_at);

CREATE FUNCTION actbench_note_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.updated_at := now();
  RETURN NEW;
END
$$;
CREATE TRIGGER training_jobs_note_update BEFORE UPDATE OF state, progress ON training_jobs FOR EACH ROW
  EXECUTE FUNCTION actbench_note_update();

-- ---------------------------------------------------------------- notifications

CREATE TRIGGER searches_notify AFTER INSERT OR UPDATE OF state, budget, shortage ON searches FOR EACH ROW
  EXECUTE FUNCTION actbench_notify('search');

-- A change of a suggestion is a change of its search. PostgreSQL sends equal notifications of a transaction once.
CREATE FUNCTION actbench_notify_search() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  dataset int;
BEGIN
  IF current_setting('actbench.quiet', true) IS DISTINCT FROM 'on' THEN
    SELECT dataset_id INTO dataset FROM searches WHERE id = NEW.search_id;
    PERFORM pg_notify('actbench', json_build_object('kind', 'search', 'id', NEW.search_id,
      'datasetId', dataset)::text);
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER suggestions_notify AFTER INSERT OR UPDATE OF state ON suggestions FOR EACH ROW
  EXECUTE FUNCTION actbench_notify_search();
