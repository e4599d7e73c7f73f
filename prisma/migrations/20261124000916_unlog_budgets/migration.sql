-- Budgets change with every operation and are worth nothing a minute later: they need not survive a crash.
ALTER TABLE "budgets" SET UNLOGGED;
-- Room in each page for the next version of a row, so that a change touches no index, and a vacuum before the table grows.
ALTER TABLE "budgets" SET (fillfactor = 50, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0);
