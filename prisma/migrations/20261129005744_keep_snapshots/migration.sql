-- CreateTable
CREATE TABLE "snapshots" (
    "id" SERIAL NOT NULL,
    "dataset_id" INTEGER,
    "dataset_name" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "dataset_version" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "architecture" TEXT NOT NULL,
    "task" TEXT NOT NULL,
    "license" TEXT,
    "citation" TEXT,
    "format" SMALLINT NOT NULL,
    "evaluation_count" INTEGER NOT NULL,
    "run_count" INTEGER NOT NULL,
    "checksum" BYTEA NOT NULL,
    "size" BIGINT NOT NULL,
    "is_shipped" BOOLEAN NOT NULL,
    "api_key_id" INTEGER,
    "previous_name" TEXT,
    "added" INTEGER,
    "removed" INTEGER,
    "changed" INTEGER,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deleted_at" TIMESTAMPTZ(3),
    "deletion_reason" TEXT,

    CONSTRAINT "snapshots_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "snapshot_files" (
    "snapshot_id" INTEGER NOT NULL,
    "format" TEXT NOT NULL,
    "size" BIGINT NOT NULL,
    "checksum" BYTEA NOT NULL,

    CONSTRAINT "snapshot_files_pkey" PRIMARY KEY ("snapshot_id","format")
);

-- CreateTable
CREATE TABLE "snapshot_parts" (
    "snapshot_id" INTEGER NOT NULL,
    "format" TEXT NOT NULL,
    "part" INTEGER NOT NULL,
    "start" BIGINT NOT NULL,
    "size" INTEGER NOT NULL,
    "line" INTEGER,
    "expression" TEXT,
    "bytes" BYTEA NOT NULL,

    CONSTRAINT "snapshot_parts_pkey" PRIMARY KEY ("snapshot_id","format","part")
);

-- CreateTable
CREATE TABLE "snapshot_orders" (
    "snapshot_id" INTEGER NOT NULL,
    "metric" TEXT NOT NULL,
    "part" INTEGER NOT NULL,
    "bytes" BYTEA NOT NULL,

    CONSTRAINT "snapshot_orders_pkey" PRIMARY KEY ("snapshot_id","metric","part")
);

-- CreateTable
CREATE TABLE "evaluation_removals" (
    "id" BIGSERIAL NOT NULL,
    "dataset_id" INTEGER NOT NULL,
    "expression" TEXT NOT NULL,
    "validation_accuracy" DOUBLE PRECISION,
    "test_accuracy" DOUBLE PRECISION,
    "run_count" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "removed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "evaluation_removals_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "verifications" (
    "id" SERIAL NOT NULL,
    "dataset_id" INTEGER NOT NULL,
    "dataset_version" TEXT NOT NULL,
    "seed" INTEGER NOT NULL,
    "runs" INTEGER NOT NULL,
    "identical" INTEGER NOT NULL,
    "close" INTEGER NOT NULL,
    "different" INTEGER NOT NULL,
    "failed" INTEGER NOT NULL,
    "tolerance" DOUBLE PRECISION NOT NULL,
    "backend" TEXT,
    "device" TEXT,
    "host" TEXT,
    "software_version" TEXT NOT NULL,
    "stored_backends" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
    "problems" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "verifications_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "snapshots_dataset_id_id_idx" ON "snapshots"("dataset_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "snapshots_dataset_name_name_key" ON "snapshots"("dataset_name", "name");

-- CreateIndex
CREATE INDEX "snapshot_parts_snapshot_id_format_line_idx" ON "snapshot_parts"("snapshot_id", "format", "line");

-- CreateIndex
CREATE INDEX "snapshot_parts_snapshot_id_format_start_idx" ON "snapshot_parts"("snapshot_id", "format", "start");

-- CreateIndex
CREATE INDEX "evaluation_removals_dataset_id_removed_at_idx" ON "evaluation_removals"("dataset_id", "removed_at");

-- CreateIndex
CREATE INDEX "verifications_dataset_id_id_idx" ON "verifications"("dataset_id", "id");

-- AddForeignKey
ALTER TABLE "snapshots" ADD CONSTRAINT "snapshots_dataset_id_fkey" FOREIGN KEY ("dataset_id") REFERENCES "datasets"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "snapshots" ADD CONSTRAINT "snapshots_api_key_id_fkey" FOREIGN KEY ("api_key_id") REFERENCES "api_keys"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "snapshot_files" ADD CONSTRAINT "snapshot_files_snapshot_id_fkey" FOREIGN KEY ("snapshot_id") REFERENCES "snapshots"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "snapshot_parts" ADD CONSTRAINT "snapshot_parts_snapshot_id_fkey" FOREIGN KEY ("snapshot_id") REFERENCES "snapshots"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "snapshot_orders" ADD CONSTRAINT "snapshot_orders_snapshot_id_fkey" FOREIGN KEY ("snapshot_id") REFERENCES "snapshots"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "evaluation_removals" ADD CONSTRAINT "evaluation_removals_dataset_id_fkey" FOREIGN KEY ("dataset_id") REFERENCES "datasets"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "verifications" ADD CONSTRAINT "verifications_dataset_id_fkey" FOREIGN KEY ("dataset_id") REFERENCES "datasets"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- ---------------------------------------------------------------- snapshots never change

ALTER TABLE snapshots
  ADD CONSTRAINT snapshots_checksum_length CHECK (octet_length(checksum) = 32),
  ADD CONSTRAINT snapshots_deleted_with_reason CHECK ((deleted_at IS NULL) = (deletion_reason IS NULL));
ALTER TABLE snapshot_files ADD CONSTRAINT snapshot_files_checksum_length CHECK (octet_length(checksum) = 32);
ALTER TABLE verifications ADD CONSTRAINT verifications_sum CHECK (identical + close + different + failed = runs);

-- A deletion leaves the row with its name, its checksum and its dates. Only the dataset may go, and only once.
CREATE FUNCTION snapshots_never_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  left_out CONSTANT text[] := ARRAY['dataset_id', 'deleted_at', 'deletion_reason', 'api_key_id'];
BEGIN
  IF TG_OP = 'DELETE' OR to_jsonb(OLD) - left_out <> to_jsonb(NEW) - left_out
    OR (OLD.deleted_at IS NOT NULL AND (OLD.deleted_at, OLD.deletion_reason) IS DISTINCT FROM (NEW.deleted_at, NEW.deletion_reason))
    OR (NEW.dataset_id IS NOT NULL AND NEW.dataset_id IS DISTINCT FROM OLD.dataset_id)
  THEN
    RAISE EXCEPTION 'a snapshot never changes' USING ERRCODE = 'check_violation', CONSTRAINT = 'snapshots_never_change';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER snapshots_never_change BEFORE UPDATE OR DELETE ON snapshots
  FOR EACH ROW EXECUTE FUNCTION snapshots_never_change();

-- The data of a snapshot go only with the snapshot.
CREATE FUNCTION snapshot_data_never_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' OR EXISTS (SELECT FROM snapshots s WHERE s.id = OLD.snapshot_id AND s.deleted_at IS NULL) THEN
    RAISE EXCEPTION 'the data of a snapshot never change'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'snapshot_data_never_change';
  END IF;
  RETURN OLD;
END $$;
CREATE TRIGGER snapshot_files_never_change BEFORE UPDATE OR DELETE ON snapshot_files
  FOR EACH ROW EXECUTE FUNCTION snapshot_data_never_change();
CREATE TRIGGER snapshot_parts_never_change BEFORE UPDATE OR DELETE ON snapshot_parts
  FOR EACH ROW EXECUTE FUNCTION snapshot_data_never_change();
CREATE TRIGGER snapshot_orders_never_change BEFORE UPDATE OR DELETE ON snapshot_orders
  FOR EACH ROW EXECUTE FUNCTION snapshot_data_never_change();

-- ---------------------------------------------------------------- what was removed

CREATE FUNCTION removed_evaluations_are_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- Whoever deletes a whole dataset deletes these rows too.
  IF current_setting('actbench.uncounted', true) = 'on' THEN RETURN NULL; END IF;
  INSERT INTO evaluation_removals (dataset_id, expression, validation_accuracy, test_accuracy, run_count, created_at)
    SELECT dataset_id, expression, validation_accuracy, test_accuracy, run_count, created_at FROM removed
      WHERE EXISTS (SELECT FROM datasets d WHERE d.id = removed.dataset_id);
  RETURN NULL;
END $$;
CREATE TRIGGER evaluations_removed AFTER DELETE ON evaluations REFERENCING OLD TABLE AS removed
  FOR EACH STATEMENT EXECUTE FUNCTION removed_evaluations_are_kept();

-- ---------------------------------------------------------------- kept answers

CREATE TRIGGER snapshots_tell BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON snapshots
  FOR EACH STATEMENT EXECUTE FUNCTION actbench_notify_table();
CREATE TRIGGER verifications_tell BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON verifications
  FOR EACH STATEMENT EXECUTE FUNCTION actbench_notify_table();

-- The row of a snapshot is written last, when its checksum is known, in the transaction that writes its data.
ALTER TABLE snapshot_files ALTER CONSTRAINT snapshot_files_snapshot_id_fkey DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE snapshot_parts ALTER CONSTRAINT snapshot_parts_snapshot_id_fkey DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE snapshot_orders ALTER CONSTRAINT snapshot_orders_snapshot_id_fkey DEFERRABLE INITIALLY DEFERRED;
-- The bytes are compressed already.
ALTER TABLE snapshot_parts ALTER COLUMN bytes SET STORAGE EXTERNAL;
