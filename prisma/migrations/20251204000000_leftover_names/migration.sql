-- A field's own name with a dot in it, whose path reads like that of a nested field. Leftovers from before have none.
ALTER TABLE "migration_leftover" ADD COLUMN "name" TEXT;
