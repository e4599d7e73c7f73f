-- What the Prisma schema cannot say: checks, partial unique indexes, orderings, state machines, notifications.

CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- ---------------------------------------------------------------- values

ALTER TABLE activations
  ADD CONSTRAINT activations_identity_is_sha256 CHECK (octet_length(identity) = 32),
  ADD CONSTRAINT activations_depth_is_natural CHECK (depth >= 0);
ALTER TABLE activation_outputs
  ADD CONSTRAINT activation_outputs_are_1000_float32 CHECK (octet_length("values") = 4000);
-- Float32 vectors do not compress: storing them plain saves the attempt at each write.
ALTER TABLE activation_outputs ALTER COLUMN "values" SET STORAGE EXTERNAL;
ALTER TABLE fisher_spectra ALTER COLUMN "values" SET STORAGE EXTERNAL;
ALTER TABLE fisher_spectra
  ADD CONSTRAINT fisher_spectra_have_values_or_reason CHECK (("values" IS NULL) = (reason IS NOT NULL)),
  ADD CONSTRAINT fisher_spectra_are_float32 CHECK (octet_length("values") % 4 = 0);
ALTER TABLE expressions ADD CONSTRAINT expressions_length_is_true CHECK (length = char_length(text));
ALTER TABLE datasets
  ADD CONSTRAINT datasets_name_is_slug CHECK (name ~ '^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$'),
  ADD CONSTRAINT datasets_spectrum_length_is_positive CHECK (fisher_spectrum_length > 0);

-- Accuracies are fractions; what was not finite where it was measured is null. 'NaN' is above every number in
-- PostgreSQL, so an upper bound refuses it too.
DO $$
DECLARE
  relation text;
BEGIN
  FOREACH relation IN ARRAY ARRAY['evaluations', 'runs', 'suggestions'] LOOP
    EXECUTE format(
      'ALTER TABLE %1$I
         ADD CONSTRAINT %1$s_accuracies_are_fractions CHECK (
           train_accuracy BETWEEN 0 AND 1 AND validation_accuracy BETWEEN 0 AND 1 AND test_accuracy BETWEEN 0 AND 1),
         ADD CONSTRAINT %1$s_losses_are_finite CHECK (
           abs(train_loss) < ''Infinity'' AND abs(validation_loss) < ''Infinity'' AND abs(test_loss) < ''Infinity''),
         ADD CONSTRAINT %1$s_runtime_is_a_duration CHECK (runtime_seconds >= 0 AND runtime_seconds < ''Infinity'')',
      relation);
  END LOOP;
  FOREACH relation IN ARRAY ARRAY['run_epochs', 'training_job_epochs'] LOOP
    EXECUTE format(
      'ALTER TABLE %1$I
         ADD CONSTRAINT %1$s_count_from_1 CHECK (epoch >= 1),
         ADD CONSTRAINT %1$s_accuracies_are_fractions CHECK (
           train_accuracy BETWEEN 0 AND 1 AND validation_accuracy BETWEEN 0 AND 1),
         ADD CONSTRAINT %1$s_losses_are_finite CHECK (
           abs(train_loss) < ''Infinity'' AND abs(validation_loss) < ''Infinity'')',
      relation);
  END LOOP;
END
$$;

ALTER TABLE training_jobs
  ADD CONSTRAINT training_jobs_progress_is_a_share CHECK (progress BETWEEN 0 AND 1),
  ADD CONSTRAINT training_jobs_running_have_started CHECK (state <> 'RUNNING' OR started_at IS NOT NULL),
  ADD CONSTRAINT training_jobs_finished_say_when
    CHECK ((state IN ('SUCCEEDED', 'FAILED', 'CANCELLED')) = (finished_at IS NOT NULL)),
  ADD CONSTRAINT training_jobs_failed_say_why CHECK ((state = 'FAILED') = (failure IS NOT NULL));
ALTER TABLE surrogates
  ADD CONSTRAINT surrogates_ready_are_complete CHECK (
    (state = 'READY') = (trained_on IS NOT NULL AND candidates IS NOT NULL AND fitted_at IS NOT NULL)),
  ADD CONSTRAINT surrogates_failed_say_why CHECK ((state = 'FAILED') = (failure IS NOT NULL));
ALTER TABLE searches ADD CONSTRAINT searches_budget_is_in_range CHECK (budget BETWEEN 1 AND 10000);
ALTER TABLE suggestions
  ADD CONSTRAINT suggestions_completed_have_a_step CHECK ((state = 'COMPLETED') = (step IS NOT NULL)),
  ADD CONSTRAINT suggestions_completed_have_an_accuracy
    CHECK (state <> 'COMPLETED' OR validation_accuracy IS NOT NULL),
  ADD CONSTRAINT suggestions_failed_say_why CHECK ((state = 'FAILED') = (failure IS NOT NULL)),
  ADD CONSTRAINT suggestions_finished_say_when CHECK ((state IN ('COMPLETED', 'FAILED')) = (finished_at IS NOT NULL));

-- ---------------------------------------------------------------- at most one of its kind

-- What this service trains and what clients report: one evaluation for an activation, whatever its spelling.
-- (Published files may hold two rows that are one activation here; both are kept.)
CREATE UNIQUE INDEX evaluations_one_per_activation ON evaluations (dataset_id, activation_id)
  WHERE origin <> 'IMPORTED';
-- One unfinished training of an activation for dataset version and seed.
CREATE UNIQUE INDEX training_jobs_one_unfinished ON training_jobs (dataset_id, dataset_version, activation_id, seed)
  WHERE state IN ('QUEUED', 'RUNNING');
-- Two updates at once make one fit.
CREATE UNIQUE INDEX surrogates_one_unfinished ON surrogates (dataset_id, algorithm)
  WHERE state IN ('QUEUED', 'FITTING');
-- Within one search a function is out with one client only, and never again once it is done.
-- A lease that expired gives its function back.
CREATE UNIQUE INDEX suggestions_one_per_activation ON suggestions (search_id, activation_id)
  WHERE state <> 'EXPIRED';

-- ---------------------------------------------------------------- orderings and look-ups

CREATE INDEX expressions_text_trigrams ON expressions USING gin (text gin_trgm_ops);
CREATE INDEX evaluations_by_train_accuracy ON evaluations (dataset_id, train_accuracy DESC NULLS LAST, id);
CREATE INDEX evaluations_by_validation_accuracy ON evaluations (dataset_id, validation_accuracy DESC NULLS LAST, id);
CREATE INDEX evaluations_by_test_accuracy ON evaluations (dataset_id, test_accuracy DESC NULLS LAST, id);
CREATE INDEX evaluations_by_train_loss ON evaluations (dataset_id, train_loss, id);
CREATE INDEX evaluations_by_validation_loss ON evaluations (dataset_id, validation_loss, id);
CREATE INDEX evaluations_by_test_loss ON evaluations (dataset_id, test_loss, id);
CREATE INDEX evaluations_by_runtime ON evaluations (dataset_id, runtime_seconds, id);
CREATE INDEX evaluations_by_id ON evaluations (dataset_id, id);
CREATE INDEX suggestions_by_lease ON suggestions (lease_expires_at) WHERE state = 'LEASED';

-- ---------------------------------------------------------------- state machines

-- Refuses a change of state that is not among the trigger's arguments ('FROM>TO', ...), whoever writes it.
CREATE FUNCTION actbench_check_transition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state IS DISTINCT FROM NEW.state AND NOT (OLD.state || '>' || NEW.state) = ANY (TG_ARGV) THEN
    RAISE EXCEPTION 'the state of a row of % cannot change from % to %', TG_TABLE_NAME, OLD.state, NEW.state
      USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_transition';
  END IF;
  RETURN NEW;
END
$$;

CREATE TRIGGER training_jobs_transition BEFORE UPDATE OF state ON training_jobs FOR EACH ROW
  EXECUTE FUNCTION actbench_check_transition('QUEUED>RUNNING', 'QUEUED>CANCELLED', 'QUEUED>FAILED',
    'RUNNING>QUEUED', 'RUNNING>SUCCEEDED', 'RUNNING>FAILED', 'RUNNING>CANCELLED');
CREATE TRIGGER surrogates_transition BEFORE UPDATE OF state ON surrogates FOR EACH ROW
  EXECUTE FUNCTION actbench_check_transition('QUEUED>FITTING', 'QUEUED>FAILED', 'FITTING>QUEUED', 'FITTING>READY',
    'FITTING>FAILED');
CREATE TRIGGER searches_transition BEFORE UPDATE OF state ON searches FOR EACH ROW
  EXECUTE FUNCTION actbench_check_transition('ACTIVE>COMPLETED', 'ACTIVE>STOPPED');
CREATE TRIGGER suggestions_transition BEFORE UPDATE OF state ON suggestions FOR EACH ROW
  EXECUTE FUNCTION actbench_check_transition('LEASED>COMPLETED', 'LEASED>FAILED', 'LEASED>EXPIRED');

-- ---------------------------------------------------------------- notifications

-- Says which row changed, with ids alone: listeners load the row. The trigger's argument names the kind.
-- Bulk imports set actbench.quiet = 'on' for their transaction.
CREATE FUNCTION actbench_notify() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('actbench.quiet', true) IS DISTINCT FROM 'on' THEN
    PERFORM pg_notify('actbench', json_build_object('kind', TG_ARGV[0], 'id', NEW.id,
      'datasetId', NEW.dataset_id)::text);
  END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER training_jobs_notify AFTER INSERT OR UPDATE OF state, progress ON training_jobs FOR EACH ROW
  EXECUTE FUNCTION actbench_notify('training_job');
CREATE TRIGGER evaluations_notify AFTER INSERT OR UPDATE ON evaluations FOR EACH ROW
  EXECUTE FUNCTION actbench_notify('evaluation');
CREATE TRIGGER surrogates_notify AFTER INSERT OR UPDATE OF state ON surrogates FOR EACH ROW
  EXECUTE FUNCTION actbench_notify('surrogate');
