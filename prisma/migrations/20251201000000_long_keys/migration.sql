-- Keys of any size: a B-tree takes no row beyond some 2,700 bytes, so that indexes hold of a key beyond 1,000 bytes its
-- beginning and its SHA-256 instead. engine/indexed-key.ts says the same expression.
--
-- No table but migration_change (of which few rows are there at a time) is written anew. The new indexes are built first,
-- which shuts writers out of their tables (SHARE) and lets readers in; the old ones then go at once (ACCESS EXCLUSIVE).
CREATE UNIQUE INDEX "migration_id_map_place_key" ON "migration_id_map"("collection", (CASE WHEN octet_length("parent_key") > 1000 THEN substr("parent_key", 1, 969) || sha256("parent_key") ELSE "parent_key" END), (CASE WHEN octet_length("legacy_key") > 1000 THEN substr("legacy_key", 1, 969) || sha256("legacy_key") ELSE "legacy_key" END), "path", "occurrence");
CREATE UNIQUE INDEX "migration_quarantine_document_key" ON "migration_quarantine"("run_id", "stage", (CASE WHEN octet_length("legacy_key") > 1000 THEN substr("legacy_key", 1, 969) || sha256("legacy_key") ELSE "legacy_key" END));
CREATE INDEX "migration_quarantine_document_idx" ON "migration_quarantine"("stage", (CASE WHEN octet_length("legacy_key") > 1000 THEN substr("legacy_key", 1, 969) || sha256("legacy_key") ELSE "legacy_key" END));
CREATE INDEX "migration_finding_document_idx" ON "migration_finding"("stage", (CASE WHEN octet_length("legacy_key") > 1000 THEN substr("legacy_key", 1, 969) || sha256("legacy_key") ELSE "legacy_key" END));
CREATE INDEX "migration_leftover_document_idx" ON "migration_leftover"("collection", (CASE WHEN octet_length("legacy_key") > 1000 THEN substr("legacy_key", 1, 969) || sha256("legacy_key") ELSE "legacy_key" END));
CREATE UNIQUE INDEX "migration_change_document_key" ON "migration_change"("run_id", "stage", (CASE WHEN octet_length("legacy_key") > 1000 THEN substr("legacy_key", 1, 969) || sha256("legacy_key") ELSE "legacy_key" END));

ALTER TABLE "migration_id_map" DROP CONSTRAINT "migration_id_map_pkey";
ALTER TABLE "migration_id_map" ADD CONSTRAINT "migration_id_map_pkey" PRIMARY KEY USING INDEX "migration_id_map_prisma_id_key";
DROP INDEX "migration_quarantine_run_id_stage_legacy_key_key";
DROP INDEX "migration_quarantine_stage_legacy_key_idx";
DROP INDEX "migration_finding_stage_legacy_key_idx";
DROP INDEX "migration_leftover_collection_legacy_key_idx";
ALTER TABLE "migration_change" DROP CONSTRAINT "migration_change_pkey";
ALTER TABLE "migration_change" ADD COLUMN "id" BIGSERIAL NOT NULL, ADD CONSTRAINT "migration_change_pkey" PRIMARY KEY ("id");
