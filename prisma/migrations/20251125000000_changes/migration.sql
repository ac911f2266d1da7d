-- Entries whose rows are about to go: nothing resolves to them any more.
ALTER TABLE "migration_id_map" ADD COLUMN "departing" BOOLEAN NOT NULL DEFAULT false;
CREATE INDEX "migration_id_map_departing_idx" ON "migration_id_map"("departing") WHERE "departing";

-- Documents that have been inserted, changed or deleted in the source since they were moved.
CREATE TABLE "migration_change" (
    "run_id" UUID NOT NULL,
    "stage" TEXT NOT NULL,
    "legacy_key" BYTEA NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'found',
    "found_by" TEXT NOT NULL,
    CONSTRAINT "migration_change_pkey" PRIMARY KEY ("run_id", "stage", "legacy_key")
);
ALTER TABLE "migration_change" ADD CONSTRAINT "migration_change_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "migration_run"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;
