-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "dataset_origin" AS ENUM ('IMPORTED', 'TRAINED', 'REPORTED');

-- CreateEnum
CREATE TYPE "training_state" AS ENUM ('QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED');

-- CreateEnum
CREATE TYPE "surrogate_state" AS ENUM ('QUEUED', 'FITTING', 'READY', 'FAILED');

-- CreateEnum
CREATE TYPE "surrogate_algorithm" AS ENUM ('UMAP_KNN', 'GAUSSIAN_PROCESS');

-- CreateEnum
CREATE TYPE "feature_space" AS ENUM ('OUTPUTS', 'FISHER_SPECTRUM', 'EMBEDDING');

-- CreateEnum
CREATE TYPE "search_algorithm" AS ENUM ('SURROGATE', 'EXPECTED_IMPROVEMENT', 'REGULARIZED_EVOLUTION', 'RANDOM');

-- CreateEnum
CREATE TYPE "search_state" AS ENUM ('ACTIVE', 'COMPLETED', 'STOPPED');

-- CreateEnum
CREATE TYPE "suggestion_state" AS ENUM ('LEASED', 'COMPLETED', 'FAILED', 'EXPIRED');

-- CreateEnum
CREATE TYPE "scope" AS ENUM ('TRAIN', 'SEARCH', 'DATASET', 'ADMIN');

-- CreateTable
CREATE TABLE "activations" (
    "id" SERIAL NOT NULL,
    "identity" BYTEA NOT NULL,
    "expression" TEXT NOT NULL,
    "depth" INTEGER NOT NULL,
    "operators" TEXT[],
    "is_finite" BOOLEAN NOT NULL,
    "is_constant" BOOLEAN NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "activations_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "expressions" (
    "text" TEXT NOT NULL,
    "activation_id" INTEGER NOT NULL,
    "length" INTEGER NOT NULL,

    CONSTRAINT "expressions_pkey" PRIMARY KEY ("text")
);

-- CreateTable
CREATE TABLE "activation_outputs" (
    "activation_id" INTEGER NOT NULL,
    "values" BYTEA NOT NULL,

    CONSTRAINT "activation_outputs_pkey" PRIMARY KEY ("activation_id")
);

-- CreateTable
CREATE TABLE "datasets" (
    "id" SERIAL NOT NULL,
    "name" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "architecture" TEXT NOT NULL,
    "task" TEXT NOT NULL,
    "origin" "dataset_origin" NOT NULL,
    "license" TEXT,
    "citation" TEXT,
    "source_url" TEXT,
    "source_checksum" TEXT,
    "trainable" BOOLEAN NOT NULL DEFAULT false,
    "search_space" TEXT[],
    "fisher_spectrum_length" INTEGER,
    "api_key_id" INTEGER,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "datasets_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "fisher_spectra" (
    "dataset_id" INTEGER NOT NULL,
    "activation_id" INTEGER NOT NULL,
    "dataset_version" TEXT NOT NULL,
    "values" BYTEA,
    "reason" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "fisher_spectra_pkey" PRIMARY KEY ("dataset_id","activation_id")
);

-- CreateTable
CREATE TABLE "evaluations" (
    "id" SERIAL NOT NULL,
    "dataset_id" INTEGER NOT NULL,
    "activation_id" INTEGER NOT NULL,
    "expression" TEXT NOT NULL,
    "origin" "dataset_origin" NOT NULL,
    "train_accuracy" DOUBLE PRECISION,
    "train_loss" DOUBLE PRECISION,
    "validation_accuracy" DOUBLE PRECISION,
    "validation_loss" DOUBLE PRECISION,
    "test_accuracy" DOUBLE PRECISION,
    "test_loss" DOUBLE PRECISION,
    "runtime_seconds" DOUBLE PRECISION,
    "api_key_id" INTEGER,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "evaluations_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "runs" (
    "id" SERIAL NOT NULL,
    "evaluation_id" INTEGER NOT NULL,
    "dataset_id" INTEGER NOT NULL,
    "activation_id" INTEGER NOT NULL,
    "dataset_version" TEXT NOT NULL,
    "seed" INTEGER,
    "train_accuracy" DOUBLE PRECISION,
    "train_loss" DOUBLE PRECISION,
    "validation_accuracy" DOUBLE PRECISION,
    "validation_loss" DOUBLE PRECISION,
    "test_accuracy" DOUBLE PRECISION,
    "test_loss" DOUBLE PRECISION,
    "runtime_seconds" DOUBLE PRECISION,
    "backend" TEXT,
    "device" TEXT,
    "software_version" TEXT,
    "training_job_id" INTEGER,
    "api_key_id" INTEGER,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "runs_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "run_epochs" (
    "run_id" INTEGER NOT NULL,
    "epoch" INTEGER NOT NULL,
    "train_accuracy" DOUBLE PRECISION,
    "train_loss" DOUBLE PRECISION,
    "validation_accuracy" DOUBLE PRECISION,
    "validation_loss" DOUBLE PRECISION,

    CONSTRAINT "run_epochs_pkey" PRIMARY KEY ("run_id","epoch")
);

-- CreateTable
CREATE TABLE "training_jobs" (
    "id" SERIAL NOT NULL,
    "dataset_id" INTEGER NOT NULL,
    "dataset_version" TEXT NOT NULL,
    "activation_id" INTEGER NOT NULL,
    "expression" TEXT NOT NULL,
    "seed" INTEGER NOT NULL,
    "state" "training_state" NOT NULL DEFAULT 'QUEUED',
    "progress" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "fence" INTEGER NOT NULL DEFAULT 0,
    "priority" INTEGER NOT NULL DEFAULT 0,
    "checkpoint" BYTEA,
    "failure" TEXT,
    "backend" TEXT,
    "device" TEXT,
    "worker_id" INTEGER,
    "api_key_id" INTEGER,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "training_jobs_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "training_job_epochs" (
    "training_job_id" INTEGER NOT NULL,
    "epoch" INTEGER NOT NULL,
    "train_accuracy" DOUBLE PRECISION,
    "train_loss" DOUBLE PRECISION,
    "validation_accuracy" DOUBLE PRECISION,
    "validation_loss" DOUBLE PRECISION,

    CONSTRAINT "training_job_epochs_pkey" PRIMARY KEY ("training_job_id","epoch")
);

-- CreateTable
CREATE TABLE "workers" (
    "id" SERIAL NOT NULL,
    "pool_id" TEXT NOT NULL,
    "lock_key" BIGINT NOT NULL,
    "host" TEXT NOT NULL,
    "process_id" INTEGER NOT NULL,
    "backend" TEXT NOT NULL,
    "device" TEXT NOT NULL,
    "datasets" TEXT[],
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "workers_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "surrogates" (
    "id" SERIAL NOT NULL,
    "dataset_id" INTEGER NOT NULL,
    "version" INTEGER NOT NULL,
    "algorithm" "surrogate_algorithm" NOT NULL,
    "features" "feature_space"[],
    "state" "surrogate_state" NOT NULL DEFAULT 'QUEUED',
    "progress" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "fence" INTEGER NOT NULL DEFAULT 0,
    "failure" TEXT,
    "trained_on" INTEGER,
    "candidates" INTEGER,
    "fitted_at" TIMESTAMPTZ(3),
    "fit_seconds" DOUBLE PRECISION,
    "spearman" DOUBLE PRECISION,
    "kendall" DOUBLE PRECISION,
    "mean_absolute_error" DOUBLE PRECISION,
    "top_recall" DOUBLE PRECISION,
    "folds" INTEGER,
    "api_key_id" INTEGER,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "surrogates_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "surrogate_artifacts" (
    "surrogate_id" INTEGER NOT NULL,
    "bytes" BYTEA NOT NULL,

    CONSTRAINT "surrogate_artifacts_pkey" PRIMARY KEY ("surrogate_id")
);

-- CreateTable
CREATE TABLE "surrogate_points" (
    "surrogate_id" INTEGER NOT NULL,
    "activation_id" INTEGER NOT NULL,
    "x" DOUBLE PRECISION,
    "y" DOUBLE PRECISION,
    "mean" DOUBLE PRECISION,
    "standard_deviation" DOUBLE PRECISION,
    "measured" DOUBLE PRECISION,
    "features" "feature_space"[],
    "based_on" INTEGER[],

    CONSTRAINT "surrogate_points_pkey" PRIMARY KEY ("surrogate_id","activation_id")
);

-- CreateTable
CREATE TABLE "searches" (
    "id" SERIAL NOT NULL,
    "dataset_id" INTEGER NOT NULL,
    "name" TEXT,
    "algorithm" "search_algorithm" NOT NULL,
    "replay" BOOLEAN NOT NULL DEFAULT false,
    "state" "search_state" NOT NULL DEFAULT 'ACTIVE',
    "budget" INTEGER NOT NULL,
    "schemas" TEXT[],
    "seed" INTEGER NOT NULL,
    "api_key_id" INTEGER,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "searches_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "suggestions" (
    "id" SERIAL NOT NULL,
    "search_id" INTEGER NOT NULL,
    "activation_id" INTEGER NOT NULL,
    "expression" TEXT NOT NULL,
    "state" "suggestion_state" NOT NULL DEFAULT 'LEASED',
    "worker" TEXT NOT NULL,
    "lease_expires_at" TIMESTAMPTZ(3) NOT NULL,
    "surrogate_id" INTEGER,
    "predicted_mean" DOUBLE PRECISION,
    "step" INTEGER,
    "train_accuracy" DOUBLE PRECISION,
    "train_loss" DOUBLE PRECISION,
    "validation_accuracy" DOUBLE PRECISION,
    "validation_loss" DOUBLE PRECISION,
    "test_accuracy" DOUBLE PRECISION,
    "test_loss" DOUBLE PRECISION,
    "runtime_seconds" DOUBLE PRECISION,
    "failure" TEXT,
    "evaluation_id" INTEGER,
    "training_job_id" INTEGER,
    "api_key_id" INTEGER,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "suggestions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "api_keys" (
    "id" SERIAL NOT NULL,
    "name" TEXT NOT NULL,
    "scopes" "scope"[],
    "secret_hash" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_used_at" TIMESTAMPTZ(3),
    "expires_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_keys_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "idempotency_keys" (
    "api_key_id" INTEGER NOT NULL,
    "key" TEXT NOT NULL,
    "request_hash" BYTEA NOT NULL,
    "training_job_ids" INTEGER[],
    "run_ids" INTEGER[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "idempotency_keys_pkey" PRIMARY KEY ("api_key_id","key")
);

-- CreateTable
CREATE TABLE "settings" (
    "name" TEXT NOT NULL,
    "value" BYTEA NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "settings_pkey" PRIMARY KEY ("name")
);

-- CreateIndex
CREATE UNIQUE INDEX "activations_identity_key" ON "activations"("identity");

-- CreateIndex
CREATE INDEX "activations_depth_id_idx" ON "activations"("depth", "id");

-- CreateIndex
CREATE INDEX "activations_operators_idx" ON "activations" USING GIN ("operators");

-- CreateIndex
CREATE INDEX "expressions_activation_id_length_text_idx" ON "expressions"("activation_id", "length", "text");

-- CreateIndex
CREATE UNIQUE INDEX "datasets_name_key" ON "datasets"("name");

-- CreateIndex
CREATE INDEX "fisher_spectra_activation_id_idx" ON "fisher_spectra"("activation_id");

-- CreateIndex
CREATE INDEX "evaluations_activation_id_dataset_id_idx" ON "evaluations"("activation_id", "dataset_id");

-- CreateIndex
CREATE UNIQUE INDEX "evaluations_dataset_id_expression_key" ON "evaluations"("dataset_id", "expression");

-- CreateIndex
CREATE UNIQUE INDEX "runs_training_job_id_key" ON "runs"("training_job_id");

-- CreateIndex
CREATE INDEX "runs_evaluation_id_idx" ON "runs"("evaluation_id");

-- CreateIndex
CREATE UNIQUE INDEX "runs_dataset_id_dataset_version_activation_id_seed_key" ON "runs"("dataset_id", "dataset_version", "activation_id", "seed");

-- CreateIndex
CREATE INDEX "training_jobs_state_dataset_id_priority_id_idx" ON "training_jobs"("state", "dataset_id", "priority", "id");

-- CreateIndex
CREATE INDEX "training_jobs_dataset_id_id_idx" ON "training_jobs"("dataset_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "workers_pool_id_key" ON "workers"("pool_id");

-- CreateIndex
CREATE UNIQUE INDEX "workers_lock_key_key" ON "workers"("lock_key");

-- CreateIndex
CREATE INDEX "workers_last_seen_at_idx" ON "workers"("last_seen_at");

-- CreateIndex
CREATE UNIQUE INDEX "surrogates_dataset_id_version_key" ON "surrogates"("dataset_id", "version");

-- CreateIndex
CREATE INDEX "surrogate_points_surrogate_id_mean_activation_id_idx" ON "surrogate_points"("surrogate_id", "mean" DESC, "activation_id");

-- CreateIndex
CREATE INDEX "surrogate_points_activation_id_idx" ON "surrogate_points"("activation_id");

-- CreateIndex
CREATE INDEX "searches_dataset_id_id_idx" ON "searches"("dataset_id", "id");

-- CreateIndex
CREATE INDEX "suggestions_search_id_state_id_idx" ON "suggestions"("search_id", "state", "id");

-- CreateIndex
CREATE INDEX "suggestions_training_job_id_idx" ON "suggestions"("training_job_id");

-- CreateIndex
CREATE UNIQUE INDEX "suggestions_search_id_step_key" ON "suggestions"("search_id", "step");

-- CreateIndex
CREATE UNIQUE INDEX "api_keys_secret_hash_key" ON "api_keys"("secret_hash");

-- CreateIndex
CREATE INDEX "idempotency_keys_created_at_idx" ON "idempotency_keys"("created_at");

-- AddForeignKey
ALTER TABLE "expressions" ADD CONSTRAINT "expressions_activation_id_fkey" FOREIGN KEY ("activation_id") REFERENCES "activations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "activation_outputs" ADD CONSTRAINT "activation_outputs_activation_id_fkey" FOREIGN KEY ("activation_id") REFERENCES "activations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "datasets" ADD CONSTRAINT "datasets_api_key_id_fkey" FOREIGN KEY ("api_key_id") REFERENCES "api_keys"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "fisher_spectra" ADD CONSTRAINT "fisher_spectra_dataset_id_fkey" FOREIGN KEY ("dataset_id") REFERENCES "datasets"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "fisher_spectra" ADD CONSTRAINT "fisher_spectra_activation_id_fkey" FOREIGN KEY ("activation_id") REFERENCES "activations"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "evaluations" ADD CONSTRAINT "evaluations_dataset_id_fkey" FOREIGN KEY ("dataset_id") REFERENCES "datasets"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "evaluations" ADD CONSTRAINT "evaluations_activation_id_fkey" FOREIGN KEY ("activation_id") REFERENCES "activations"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "evaluations" ADD CONSTRAINT "evaluations_api_key_id_fkey" FOREIGN KEY ("api_key_id") REFERENCES "api_keys"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "runs" ADD CONSTRAINT "runs_evaluation_id_fkey" FOREIGN KEY ("evaluation_id") REFERENCES "evaluations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "runs" ADD CONSTRAINT "runs_dataset_id_fkey" FOREIGN KEY ("dataset_id") REFERENCES "datasets"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "runs" ADD CONSTRAINT "runs_activation_id_fkey" FOREIGN KEY ("activation_id") REFERENCES "activations"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "runs" ADD CONSTRAINT "runs_training_job_id_fkey" FOREIGN KEY ("training_job_id") REFERENCES "training_jobs"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "runs" ADD CONSTRAINT "runs_api_key_id_fkey" FOREIGN KEY ("api_key_id") REFERENCES "api_keys"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "run_epochs" ADD CONSTRAINT "run_epochs_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "runs"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "training_jobs" ADD CONSTRAINT "training_jobs_dataset_id_fkey" FOREIGN KEY ("dataset_id") REFERENCES "datasets"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "training_jobs" ADD CONSTRAINT "training_jobs_activation_id_fkey" FOREIGN KEY ("activation_id") REFERENCES "activations"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "training_jobs" ADD CONSTRAINT "training_jobs_worker_id_fkey" FOREIGN KEY ("worker_id") REFERENCES "workers"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "training_jobs" ADD CONSTRAINT "training_jobs_api_key_id_fkey" FOREIGN KEY ("api_key_id") REFERENCES "api_keys"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "training_job_epochs" ADD CONSTRAINT "training_job_epochs_training_job_id_fkey" FOREIGN KEY ("training_job_id") REFERENCES "training_jobs"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "surrogates" ADD CONSTRAINT "surrogates_dataset_id_fkey" FOREIGN KEY ("dataset_id") REFERENCES "datasets"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "surrogates" ADD CONSTRAINT "surrogates_api_key_id_fkey" FOREIGN KEY ("api_key_id") REFERENCES "api_keys"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "surrogate_artifacts" ADD CONSTRAINT "surrogate_artifacts_surrogate_id_fkey" FOREIGN KEY ("surrogate_id") REFERENCES "surrogates"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "surrogate_points" ADD CONSTRAINT "surrogate_points_surrogate_id_fkey" FOREIGN KEY ("surrogate_id") REFERENCES "surrogates"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "surrogate_points" ADD CONSTRAINT "surrogate_points_activation_id_fkey" FOREIGN KEY ("activation_id") REFERENCES "activations"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "searches" ADD CONSTRAINT "searches_dataset_id_fkey" FOREIGN KEY ("dataset_id") REFERENCES "datasets"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "searches" ADD CONSTRAINT "searches_api_key_id_fkey" FOREIGN KEY ("api_key_id") REFERENCES "api_keys"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "suggestions" ADD CONSTRAINT "suggestions_search_id_fkey" FOREIGN KEY ("search_id") REFERENCES "searches"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "suggestions" ADD CONSTRAINT "suggestions_activation_id_fkey" FOREIGN KEY ("activation_id") REFERENCES "activations"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "suggestions" ADD CONSTRAINT "suggestions_surrogate_id_fkey" FOREIGN KEY ("surrogate_id") REFERENCES "surrogates"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "suggestions" ADD CONSTRAINT "suggestions_evaluation_id_fkey" FOREIGN KEY ("evaluation_id") REFERENCES "evaluations"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "suggestions" ADD CONSTRAINT "suggestions_training_job_id_fkey" FOREIGN KEY ("training_job_id") REFERENCES "training_jobs"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "suggestions" ADD CONSTRAINT "suggestions_api_key_id_fkey" FOREIGN KEY ("api_key_id") REFERENCES "api_keys"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "idempotency_keys" ADD CONSTRAINT "idempotency_keys_api_key_id_fkey" FOREIGN KEY ("api_key_id") REFERENCES "api_keys"("id") ON DELETE CASCADE ON UPDATE CASCADE;
