-- Workers of builds before this one know the run's row and its partitions under these names: whatever they would write there,
-- and with it every row that goes along, is refused from now on (SQLSTATE 42703).
ALTER TABLE "migration_run" RENAME COLUMN "updated_at" TO "written_at";
ALTER TABLE "migration_partition" RENAME COLUMN "census" TO "paths";

-- From PostgreSQL 18 on NOT NULL is a constraint with a name, which keeps the old one: a restored copy would have the new one.
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_constraint WHERE conrelid = 'migration_run'::regclass AND conname = 'migration_run_updated_at_not_null') THEN
        ALTER TABLE "migration_run" RENAME CONSTRAINT "migration_run_updated_at_not_null" TO "migration_run_written_at_not_null";
    END IF;
    IF EXISTS (SELECT FROM pg_constraint WHERE conrelid = 'migration_partition'::regclass AND conname = 'migration_partition_census_not_null') THEN
        ALTER TABLE "migration_partition" RENAME CONSTRAINT "migration_partition_census_not_null" TO "migration_partition_paths_not_null";
    END IF;
END
$$;

-- Rows that those builds compared were compared with rows derived by the copy's own code only: a run that is not over
-- compares them once more. Documents of a retry belong to other partitions, too, and count once.
UPDATE "migration_partition" AS held SET "last_key" = NULL, "done" = false, "findings" = '{}', "samples" = '[]', "paths" = '{}',
    "read" = CASE "key_type" WHEN 'retry' THEN -cardinality("keys") ELSE 0 END
WHERE "stage" LIKE 'verify:%' AND EXISTS (
    SELECT FROM "migration_run" AS run WHERE run."id" = held."run_id" AND run."state" IN ('running', 'blocked', 'failed')
      AND run."marks" = '{}');

-- A run that had come to its end and was taken up again is a reconciliation that was ended in its middle, of which those
-- builds kept no note: another reconciliation has to end it.
UPDATE "migration_run" AS run SET "facts" = "facts" || '{"reopened": true}'
WHERE "state" IN ('running', 'blocked', 'failed') AND "marks" = '{}' AND "epoch" > 1 AND "stages" <> '{}' AND NOT EXISTS (
    SELECT FROM jsonb_each("stages") AS reached (name, noted)
    WHERE noted ->> 'state' <> 'complete' OR NOT coalesce(run."facts" -> 'totals' ? name, false));
