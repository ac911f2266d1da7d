-- What a run was begun on and with; runs of older builds have none of it. The target is the same in all rows.
ALTER TABLE "migration_run"
    ADD COLUMN "target" JSONB,
    ADD COLUMN "source_identity" JSONB,
    ADD COLUMN "plan_digests" JSONB,
    ADD COLUMN "temporal" TEXT;
