-- AlterTable
ALTER TABLE "migration_quarantine" ADD COLUMN "retried_by" UUID;
