-- Which step has written each part of a run's row, into how many partitions its stages were cut, and how it ended.
ALTER TABLE "migration_run" ADD COLUMN "marks" JSONB NOT NULL DEFAULT '{}',
    ADD COLUMN "planned" JSONB NOT NULL DEFAULT '{}',
    ADD COLUMN "verdict" JSONB;

-- When a stage was written last, in the order in which the workflow issues its steps.
ALTER TABLE "migration_partition" ADD COLUMN "wrote_epoch" INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN "wrote_sequence" INTEGER NOT NULL DEFAULT 0;

-- Runs from before: whoever claimed a partition last may have written it, and what is planned is what is there.
UPDATE "migration_partition" SET "wrote_epoch" = "epoch", "wrote_sequence" = "sequence";

UPDATE "migration_run" AS run SET "planned" = (
    SELECT coalesce(jsonb_object_agg(counted.stage, jsonb_build_object('partitions', counted.plain, 'retries', counted.retries)), '{}')
    FROM (
        SELECT "stage", count(*) FILTER (WHERE "key_type" <> 'retry') AS plain, count(*) FILTER (WHERE "key_type" = 'retry') AS retries
        FROM "migration_partition" WHERE "run_id" = run."id"
          AND ("stage" NOT LIKE '%:%' OR "stage" LIKE 'verify:%') GROUP BY "stage"
    ) AS counted);

-- A collection that was empty has no partition: that it was planned is told by the states that its stage has reached.
UPDATE "migration_run" AS run SET "planned" = (
    SELECT coalesce(jsonb_object_agg(prefix || reached.name, jsonb_build_object('partitions', 0)), '{}')
    FROM jsonb_each(run."stages") AS reached (name, noted)
    CROSS JOIN (VALUES ('', 'copying'), ('verify:', 'verifying')) AS kinds (prefix, state)
    WHERE noted ? state) || run."planned";
