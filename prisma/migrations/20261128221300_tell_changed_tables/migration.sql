-- Servers keep answers until a table that they were read from changes. PostgreSQL sends one notification for each table of
-- a transaction, however many rows changed, so bulk imports are told too (actbench.quiet does not silence these).
CREATE FUNCTION actbench_notify_table() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('actbench_tables', TG_TABLE_NAME);
  RETURN NULL;
END
$$;

-- Before the statement: the notification of the table comes before those of its rows.
CREATE TRIGGER activations_tell BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON activations
  FOR EACH STATEMENT EXECUTE FUNCTION actbench_notify_table();
CREATE TRIGGER expressions_tell BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON expressions
  FOR EACH STATEMENT EXECUTE FUNCTION actbench_notify_table();
CREATE TRIGGER activation_properties_tell BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON activation_properties
  FOR EACH STATEMENT EXECUTE FUNCTION actbench_notify_table();
CREATE TRIGGER activation_outputs_tell BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON activation_outputs
  FOR EACH STATEMENT EXECUTE FUNCTION actbench_notify_table();
CREATE TRIGGER datasets_tell BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON datasets
  FOR EACH STATEMENT EXECUTE FUNCTION actbench_notify_table();
CREATE TRIGGER task_definitions_tell BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON task_definitions
  FOR EACH STATEMENT EXECUTE FUNCTION actbench_notify_table();
CREATE TRIGGER fisher_spectra_tell BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON fisher_spectra
  FOR EACH STATEMENT EXECUTE FUNCTION actbench_notify_table();
CREATE TRIGGER evaluations_tell BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON evaluations
  FOR EACH STATEMENT EXECUTE FUNCTION actbench_notify_table();
CREATE TRIGGER source_rows_tell BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON source_rows
  FOR EACH STATEMENT EXECUTE FUNCTION actbench_notify_table();
CREATE TRIGGER runs_tell BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON runs
  FOR EACH STATEMENT EXECUTE FUNCTION actbench_notify_table();
CREATE TRIGGER run_epochs_tell BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON run_epochs
  FOR EACH STATEMENT EXECUTE FUNCTION actbench_notify_table();
CREATE TRIGGER surrogate_points_tell BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON surrogate_points
  FOR EACH STATEMENT EXECUTE FUNCTION actbench_notify_table();
CREATE TRIGGER surrogate_artifacts_tell BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON surrogate_artifacts
  FOR EACH STATEMENT EXECUTE FUNCTION actbench_notify_table();
-- All columns but the progress, the fence and the number of starts, which a fit writes often and no kept answer shows.
CREATE TRIGGER surrogates_tell BEFORE INSERT OR DELETE OR TRUNCATE OR UPDATE OF id, dataset_id, version, algorithm, features,
    state, failure, trained_on, left_out, candidates, fitted_at, fit_seconds, spearman, kendall, mean_absolute_error,
    top_recall, interval_coverage, folds, api_key_id, created_at ON surrogates
  FOR EACH STATEMENT EXECUTE FUNCTION actbench_notify_table();
