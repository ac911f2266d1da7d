-- AlterTable
ALTER TABLE "migration_partition" ADD COLUMN     "census" JSONB NOT NULL DEFAULT '{}';
