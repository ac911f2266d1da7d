-- Written by `npm run docs`; changes made here are lost.
--
-- All that a worker needs in the target, and nothing else. Run it as the tables' owner, after `npm run migrate:schema`:
--   psql "$OWNER_URL" -v role=mongo_to_prisma -v schema=public -f docs/grants.sql
-- The role itself: CREATE ROLE mongo_to_prisma LOGIN PASSWORD '…';
-- A dry run makes a schema of its own, and needs one right more: GRANT CREATE ON DATABASE … TO mongo_to_prisma;
\set ON_ERROR_STOP on
SET search_path = :"schema";

GRANT USAGE ON SCHEMA :"schema" TO :"role";
GRANT SELECT ON "_prisma_migrations" TO :"role";

GRANT SELECT, INSERT, UPDATE, DELETE ON
  "User",
  "Artist",
  "ArtistAchievement",
  "Project",
  "ProjectTask",
  "ProjectMilestone",
  "ProjectTeamMember",
  "ProjectNote",
  "FundingProject",
  "FundingProjectExecutionPlan",
  "FundingProjectReward",
  "FundingProjectStage",
  "Pledge",
  "FundingProjectExpenseRecord",
  "FundingProjectDistribution",
  "FundingProjectUpdate",
  "Payment"
TO :"role";
GRANT SELECT, INSERT, UPDATE ON migration_run TO :"role";
GRANT SELECT, INSERT, UPDATE, DELETE ON migration_partition TO :"role";
GRANT SELECT, INSERT, UPDATE, DELETE ON migration_id_map TO :"role";
GRANT SELECT, INSERT, UPDATE, DELETE ON migration_quarantine TO :"role";
GRANT SELECT, INSERT, DELETE ON migration_finding TO :"role";
GRANT SELECT, INSERT, DELETE ON migration_leftover TO :"role";
GRANT SELECT, INSERT, UPDATE, DELETE ON migration_change TO :"role";
GRANT USAGE ON SEQUENCE migration_quarantine_id_seq TO :"role";
GRANT USAGE ON SEQUENCE migration_finding_id_seq TO :"role";
GRANT USAGE ON SEQUENCE migration_leftover_id_seq TO :"role";
