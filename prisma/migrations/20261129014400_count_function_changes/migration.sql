-- A transaction that changes a function does not see an evaluation of it that another one is writing. So the state of every
-- dataset includes the number of the last change of a function: a row of the log of dataset 0, which does not exist.
CREATE OR REPLACE FUNCTION changed_functions_are_logged() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  is_changed boolean;
BEGIN
  -- Whoever packs a dataset looks for this lock: it must see all evaluations that this transaction has logged, or none of its
  -- changes.
  PERFORM pg_advisory_xact_lock_shared(7305022, 0);
  IF TG_TABLE_NAME = 'activations' THEN
    PERFORM actbench_log_evaluations(array_agg(e.id))
      FROM before o JOIN after n ON n.id = o.id JOIN evaluations e ON e.activation_id = n.id
        WHERE (o.expression, o.depth, o.operators, o.is_finite) IS DISTINCT FROM
          (n.expression, n.depth, n.operators, n.is_finite);
    SELECT EXISTS (SELECT FROM before o JOIN after n ON n.id = o.id
      WHERE (o.expression, o.depth, o.operators, o.is_finite) IS DISTINCT FROM
        (n.expression, n.depth, n.operators, n.is_finite)) INTO is_changed;
  ELSIF TG_OP = 'DELETE' THEN
    PERFORM actbench_log_evaluations(array_agg(e.id)) FROM before o JOIN evaluations e ON e.activation_id = o.activation_id;
    SELECT EXISTS (SELECT FROM before) INTO is_changed;
  ELSE
    PERFORM actbench_log_evaluations(array_agg(e.id)) FROM after n JOIN evaluations e ON e.activation_id = n.activation_id;
    SELECT EXISTS (SELECT FROM after) INTO is_changed;
  END IF;
  IF is_changed THEN INSERT INTO evaluation_changes (dataset_id, sign) VALUES (0, 0); END IF;
  RETURN NULL;
END $$;
