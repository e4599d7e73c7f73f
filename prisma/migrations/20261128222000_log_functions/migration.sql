-- Groups and filters of evaluations follow from the operators and properties of their functions, too. So a change of these is a
-- change of each dataset that evaluates the functions.
CREATE FUNCTION changed_functions_are_logged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME = 'activations' THEN
    INSERT INTO evaluation_changes (dataset_id, sign)
      SELECT DISTINCT e.dataset_id, 0 FROM before o JOIN after n ON n.id = o.id JOIN evaluations e ON e.activation_id = n.id
        WHERE (o.expression, o.depth, o.operators, o.is_finite) IS DISTINCT FROM
          (n.expression, n.depth, n.operators, n.is_finite);
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO evaluation_changes (dataset_id, sign)
      SELECT DISTINCT e.dataset_id, 0 FROM before o JOIN evaluations e ON e.activation_id = o.activation_id;
  ELSE
    INSERT INTO evaluation_changes (dataset_id, sign)
      SELECT DISTINCT e.dataset_id, 0 FROM after n JOIN evaluations e ON e.activation_id = n.activation_id;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER activations_logged_updated AFTER UPDATE ON activations REFERENCING OLD TABLE AS before NEW TABLE AS after
  FOR EACH STATEMENT EXECUTE FUNCTION changed_functions_are_logged();
CREATE TRIGGER activation_properties_logged_inserted AFTER INSERT ON activation_properties REFERENCING NEW TABLE AS after
  FOR EACH STATEMENT EXECUTE FUNCTION changed_functions_are_logged();
CREATE TRIGGER activation_properties_logged_updated AFTER UPDATE ON activation_properties REFERENCING NEW TABLE AS after
  FOR EACH STATEMENT EXECUTE FUNCTION changed_functions_are_logged();
CREATE TRIGGER activation_properties_logged_deleted AFTER DELETE ON activation_properties REFERENCING OLD TABLE AS before
  FOR EACH STATEMENT EXECUTE FUNCTION changed_functions_are_logged();
