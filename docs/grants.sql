-- Written by `npm run docs`; changes made here are lost.
--
-- What a role needs in the target for one purpose, and nothing else. Run it as the tables' owner, after `npm run migrate:schema`,
-- once for each role, with its purpose: run, reconcile, verify or monitor.
--   psql "$OWNER_URL" -v role=mongo_to_prisma -v schema=public -v run=yes -f docs/grants.sql
-- The role itself: CREATE ROLE mongo_to_prisma LOGIN PASSWORD '…';
-- A dry run creates a schema, which needs one more right: GRANT CREATE ON DATABASE … TO mongo_to_prisma;
\set ON_ERROR_STOP on
SET search_path = :"schema";

\if :{?run}
-- Runs, retries, rollbacks and reports: rows are inserted, read back and deleted, but not changed.
GRANT USAGE ON SCHEMA :"schema" TO :"role";
GRANT SELECT ON "_prisma_migrations" TO :"role";
GRANT SELECT, INSERT, DELETE ON
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
GRANT SELECT, INSERT, UPDATE, DELETE ON migration_change TO :"role";
GRANT SELECT, INSERT, UPDATE, DELETE ON migration_partition TO :"role";
GRANT SELECT, INSERT, UPDATE, DELETE ON migration_id_map TO :"role";
GRANT SELECT, INSERT, UPDATE, DELETE ON migration_quarantine TO :"role";
GRANT SELECT, INSERT, UPDATE, DELETE ON migration_finding TO :"role";
GRANT SELECT, INSERT, UPDATE, DELETE ON migration_leftover TO :"role";
GRANT USAGE ON SEQUENCE migration_change_id_seq TO :"role";
GRANT USAGE ON SEQUENCE migration_quarantine_id_seq TO :"role";
GRANT USAGE ON SEQUENCE migration_finding_id_seq TO :"role";
GRANT USAGE ON SEQUENCE migration_leftover_id_seq TO :"role";

\elif :{?reconcile}
-- Reconciliations, and runs with --maintenance switch: rows are also changed.
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
GRANT SELECT, INSERT, UPDATE, DELETE ON migration_change TO :"role";
GRANT SELECT, INSERT, UPDATE, DELETE ON migration_partition TO :"role";
GRANT SELECT, INSERT, UPDATE, DELETE ON migration_id_map TO :"role";
GRANT SELECT, INSERT, UPDATE, DELETE ON migration_quarantine TO :"role";
GRANT SELECT, INSERT, UPDATE, DELETE ON migration_finding TO :"role";
GRANT SELECT, INSERT, UPDATE, DELETE ON migration_leftover TO :"role";
GRANT USAGE ON SEQUENCE migration_change_id_seq TO :"role";
GRANT USAGE ON SEQUENCE migration_quarantine_id_seq TO :"role";
GRANT USAGE ON SEQUENCE migration_finding_id_seq TO :"role";
GRANT USAGE ON SEQUENCE migration_leftover_id_seq TO :"role";

\elif :{?verify}
-- Commands that compare and report: verify, spot-check, smoke-test, quarantine list, id-map export. Nothing is written.
GRANT USAGE ON SCHEMA :"schema" TO :"role";
GRANT SELECT ON "_prisma_migrations" TO :"role";
GRANT SELECT ON
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
GRANT SELECT ON migration_run TO :"role";
GRANT SELECT ON migration_change TO :"role";
GRANT SELECT ON migration_partition TO :"role";
GRANT SELECT ON migration_id_map TO :"role";
GRANT SELECT ON migration_quarantine TO :"role";
GRANT SELECT ON migration_finding TO :"role";
GRANT SELECT ON migration_leftover TO :"role";

\elif :{?monitor}
-- The worker of a monitoring: it writes only its own notes in the run’s row.
GRANT USAGE ON SCHEMA :"schema" TO :"role";
GRANT SELECT ON "_prisma_migrations" TO :"role";
GRANT SELECT ON
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
GRANT SELECT, UPDATE (facts, written_at, marks) ON migration_run TO :"role";
GRANT SELECT ON migration_change TO :"role";
GRANT SELECT ON migration_partition TO :"role";
GRANT SELECT ON migration_id_map TO :"role";
GRANT SELECT ON migration_quarantine TO :"role";
GRANT SELECT ON migration_finding TO :"role";
GRANT SELECT ON migration_leftover TO :"role";

\else
\warn 'Nothing was granted. Name a purpose:' '-v run=yes, -v reconcile=yes, -v verify=yes, -v monitor=yes'
\endif
