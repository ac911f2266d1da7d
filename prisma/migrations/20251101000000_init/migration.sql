-- Every table of the target and the migration's side tables. No name carries a schema, so that it applies into whichever
-- schema the search_path names. Made by Prisma from schema.prisma, with one change: arrays are NOT NULL.

-- CreateEnum
CREATE TYPE "UserRole" AS ENUM ('artist', 'admin', 'fan');

-- CreateEnum
CREATE TYPE "ArtistCategory" AS ENUM ('음악', '미술', '영상', '문학', '공예', '디자인', '기타');

-- CreateEnum
CREATE TYPE "ArtistGenre" AS ENUM ('팝', '록', 'R&B', '재즈', '클래식', '힙합', '일렉트로닉', '인디', '얼터너티브', '컨트리', '레게', '블루스', '소울', '펑크', '메탈', '기타');

-- CreateEnum
CREATE TYPE "ProjectCategory" AS ENUM ('음악', '비디오', '공연', '도서', '게임', '기타');

-- CreateEnum
CREATE TYPE "ProjectStatus" AS ENUM ('계획중', '진행중', '완료', '보류', '취소');

-- CreateEnum
CREATE TYPE "ApprovalStatus" AS ENUM ('pending', 'approved', 'rejected');

-- CreateEnum
CREATE TYPE "Priority" AS ENUM ('낮음', '보통', '높음', '긴급');

-- CreateEnum
CREATE TYPE "TaskStatus" AS ENUM ('대기', '진행중', '완료', '보류');

-- CreateEnum
CREATE TYPE "MilestoneStatus" AS ENUM ('예정', '진행중', '완료', '지연');

-- CreateEnum
CREATE TYPE "FundingStatus" AS ENUM ('준비중', '진행중', '성공', '실패', '취소', '집행중', '완료');

-- CreateEnum
CREATE TYPE "FundingStageStatus" AS ENUM ('계획', '진행중', '완료', '지연');

-- CreateEnum
CREATE TYPE "ExpenseCategory" AS ENUM ('인건비', '재료비', '장비비', '마케팅비', '기타');

-- CreateEnum
CREATE TYPE "DistributionStatus" AS ENUM ('대기', '분배완료', '지급완료');

-- CreateEnum
CREATE TYPE "FundingUpdateType" AS ENUM ('일반', '집행진행', '비용공개', '수익분배');

-- CreateEnum
CREATE TYPE "PaymentMethod" AS ENUM ('card', 'bank', 'kakao', 'naver');

-- CreateEnum
CREATE TYPE "PaymentProvider" AS ENUM ('toss', 'iamport');

-- CreateEnum
CREATE TYPE "PaymentStatus" AS ENUM ('pending', 'completed', 'failed', 'cancelled', 'refunded');

-- CreateTable
CREATE TABLE "User" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "username" TEXT,
    "email" TEXT NOT NULL,
    "password" TEXT NOT NULL,
    "role" "UserRole" NOT NULL DEFAULT 'fan',
    "avatar" TEXT NOT NULL DEFAULT '/avatars/default.jpg',
    "bio" TEXT,
    "isVerified" BOOLEAN NOT NULL DEFAULT false,
    "isActive" BOOLEAN NOT NULL DEFAULT true,
    "lastLogin" TIMESTAMPTZ(3),
    "lastLoginAt" TIMESTAMPTZ(3),
    "agreeTerms" BOOLEAN NOT NULL DEFAULT false,
    "agreePrivacy" BOOLEAN NOT NULL DEFAULT false,
    "agreeMarketing" BOOLEAN NOT NULL DEFAULT false,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "User_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Artist" (
    "id" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "category" "ArtistCategory" NOT NULL,
    "location" TEXT NOT NULL,
    "rating" DECIMAL(5,2) NOT NULL DEFAULT 0,
    "tags" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
    "coverImage" TEXT,
    "profileImage" TEXT,
    "followers" BIGINT NOT NULL DEFAULT 0,
    "completedProjects" BIGINT NOT NULL DEFAULT 0,
    "activeProjects" BIGINT NOT NULL DEFAULT 0,
    "totalEarned" DECIMAL(18,2) NOT NULL DEFAULT 0,
    "genres" "ArtistGenre"[] NOT NULL DEFAULT ARRAY[]::"ArtistGenre"[],
    "totalStreams" BIGINT NOT NULL DEFAULT 0,
    "monthlyListeners" BIGINT NOT NULL DEFAULT 0,
    "socialLinks" JSONB,
    "isVerified" BOOLEAN NOT NULL DEFAULT false,
    "verificationDate" TIMESTAMPTZ(3),
    "featured" BOOLEAN NOT NULL DEFAULT false,
    "featuredDate" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Artist_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ArtistAchievement" (
    "id" UUID NOT NULL,
    "artistId" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "title" TEXT,
    "description" TEXT,
    "date" TIMESTAMPTZ(3),
    "image" TEXT,

    CONSTRAINT "ArtistAchievement_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Project" (
    "id" UUID NOT NULL,
    "title" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "artistId" UUID NOT NULL,
    "artistName" TEXT NOT NULL,
    "category" "ProjectCategory" NOT NULL DEFAULT '기타',
    "status" "ProjectStatus" NOT NULL DEFAULT '계획중',
    "progress" DECIMAL(5,2) NOT NULL DEFAULT 0,
    "startDate" TIMESTAMPTZ(3) NOT NULL,
    "endDate" TIMESTAMPTZ(3) NOT NULL,
    "budget" DECIMAL(18,2) NOT NULL,
    "spent" DECIMAL(18,2) NOT NULL DEFAULT 0,
    "image" TEXT,
    "approvalStatus" "ApprovalStatus" NOT NULL DEFAULT 'pending',
    "approvalReason" TEXT,
    "approvedAt" TIMESTAMPTZ(3),
    "approvedById" UUID,
    "tags" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
    "isActive" BOOLEAN NOT NULL DEFAULT true,
    "isPublic" BOOLEAN NOT NULL DEFAULT true,
    "priority" "Priority" NOT NULL DEFAULT '보통',
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Project_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ProjectTask" (
    "id" UUID NOT NULL,
    "projectId" UUID NOT NULL,
    "taskNumber" INTEGER NOT NULL,
    "title" TEXT NOT NULL,
    "description" TEXT,
    "status" "TaskStatus" NOT NULL DEFAULT '대기',
    "progress" DECIMAL(5,2) NOT NULL DEFAULT 0,
    "assigneeId" UUID,
    "dueDate" TIMESTAMPTZ(3),
    "completedAt" TIMESTAMPTZ(3),

    CONSTRAINT "ProjectTask_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ProjectMilestone" (
    "id" UUID NOT NULL,
    "projectId" UUID NOT NULL,
    "milestoneNumber" INTEGER NOT NULL,
    "title" TEXT NOT NULL,
    "description" TEXT,
    "scheduledDate" TIMESTAMPTZ(3) NOT NULL,
    "status" "MilestoneStatus" NOT NULL DEFAULT '예정',
    "completedAt" TIMESTAMPTZ(3),

    CONSTRAINT "ProjectMilestone_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ProjectTeamMember" (
    "id" UUID NOT NULL,
    "projectId" UUID NOT NULL,
    "userId" UUID,
    "role" TEXT NOT NULL,
    "joinedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ProjectTeamMember_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ProjectNote" (
    "id" UUID NOT NULL,
    "projectId" UUID NOT NULL,
    "content" TEXT NOT NULL,
    "authorId" UUID,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ProjectNote_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "FundingProject" (
    "id" UUID NOT NULL,
    "title" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "artistId" UUID NOT NULL,
    "artistName" TEXT NOT NULL,
    "category" "ProjectCategory" NOT NULL DEFAULT '기타',
    "goalAmount" DECIMAL(18,2) NOT NULL,
    "currentAmount" DECIMAL(18,2) NOT NULL DEFAULT 0,
    "startDate" TIMESTAMPTZ(3) NOT NULL,
    "endDate" TIMESTAMPTZ(3) NOT NULL,
    "status" "FundingStatus" NOT NULL DEFAULT '준비중',
    "progress" DECIMAL(5,2) NOT NULL DEFAULT 0,
    "daysLeft" INTEGER NOT NULL DEFAULT 0,
    "image" TEXT,
    "tags" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
    "isActive" BOOLEAN NOT NULL DEFAULT true,
    "isVerified" BOOLEAN NOT NULL DEFAULT false,
    "featured" BOOLEAN NOT NULL DEFAULT false,
    "revenueTotal" DECIMAL(18,2) NOT NULL DEFAULT 0,
    "revenuePlatformFeeRate" DECIMAL(9,6) NOT NULL DEFAULT 0.05,
    "revenueArtistShareRate" DECIMAL(9,6) NOT NULL DEFAULT 0.7,
    "revenueBackerShareRate" DECIMAL(9,6) NOT NULL DEFAULT 0.25,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "FundingProject_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "FundingProjectExecutionPlan" (
    "id" UUID NOT NULL,
    "projectId" UUID NOT NULL,
    "totalBudget" DECIMAL(18,2) NOT NULL,

    CONSTRAINT "FundingProjectExecutionPlan_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "FundingProjectStage" (
    "id" UUID NOT NULL,
    "projectId" UUID NOT NULL,
    "planId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "budget" DECIMAL(18,2) NOT NULL,
    "startDate" TIMESTAMPTZ(3) NOT NULL,
    "endDate" TIMESTAMPTZ(3) NOT NULL,
    "status" "FundingStageStatus" NOT NULL DEFAULT '계획',
    "progress" DECIMAL(5,2) NOT NULL DEFAULT 0,

    CONSTRAINT "FundingProjectStage_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "FundingProjectExpenseRecord" (
    "id" UUID NOT NULL,
    "projectId" UUID NOT NULL,
    "stageId" UUID,
    "category" "ExpenseCategory" NOT NULL,
    "title" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "amount" DECIMAL(18,2) NOT NULL,
    "receipt" TEXT,
    "expenseDate" TIMESTAMPTZ(3) NOT NULL,
    "verified" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "FundingProjectExpenseRecord_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "FundingProjectDistribution" (
    "id" UUID NOT NULL,
    "projectId" UUID NOT NULL,
    "backerId" UUID NOT NULL,
    "pledgeId" UUID,
    "userName" TEXT,
    "originalAmount" DECIMAL(18,2) NOT NULL,
    "profitShare" DECIMAL(18,2) NOT NULL DEFAULT 0,
    "totalReturn" DECIMAL(18,2) NOT NULL DEFAULT 0,
    "distributedAt" TIMESTAMPTZ(3),
    "status" "DistributionStatus" NOT NULL DEFAULT '대기',

    CONSTRAINT "FundingProjectDistribution_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "FundingProjectReward" (
    "id" UUID NOT NULL,
    "projectId" UUID NOT NULL,
    "title" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "amount" DECIMAL(18,2) NOT NULL,
    "claimed" BIGINT NOT NULL DEFAULT 0,
    "maxClaim" BIGINT,
    "estimatedDelivery" TIMESTAMPTZ(3),

    CONSTRAINT "FundingProjectReward_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Pledge" (
    "id" UUID NOT NULL,
    "projectId" UUID NOT NULL,
    "userId" UUID,
    "userName" TEXT,
    "amount" DECIMAL(18,2) NOT NULL,
    "rewardId" UUID,
    "backedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "isAnonymous" BOOLEAN NOT NULL DEFAULT false,
    "message" TEXT NOT NULL DEFAULT '',

    CONSTRAINT "Pledge_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "FundingProjectUpdate" (
    "id" UUID NOT NULL,
    "projectId" UUID NOT NULL,
    "title" TEXT NOT NULL,
    "content" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "type" "FundingUpdateType" NOT NULL DEFAULT '일반',

    CONSTRAINT "FundingProjectUpdate_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Payment" (
    "id" UUID NOT NULL,
    "paymentId" TEXT NOT NULL,
    "orderId" TEXT NOT NULL,
    "projectId" UUID NOT NULL,
    "backerId" UUID NOT NULL,
    "backerName" TEXT NOT NULL,
    "backerEmail" TEXT NOT NULL,
    "backerPhone" TEXT NOT NULL,
    "backerAddress" TEXT NOT NULL DEFAULT '',
    "rewardId" UUID,
    "rewardName" TEXT NOT NULL DEFAULT '',
    "pledgeId" UUID,
    "amount" DECIMAL(18,2) NOT NULL,
    "paymentMethod" "PaymentMethod" NOT NULL,
    "paymentProvider" "PaymentProvider" NOT NULL DEFAULT 'toss',
    "status" "PaymentStatus" NOT NULL DEFAULT 'pending',
    "transactionId" TEXT NOT NULL DEFAULT '',
    "paymentKey" TEXT NOT NULL DEFAULT '',
    "message" TEXT NOT NULL DEFAULT '',
    "completedAt" TIMESTAMPTZ(3),
    "cancelledAt" TIMESTAMPTZ(3),
    "refundedAt" TIMESTAMPTZ(3),
    "refundId" TEXT NOT NULL DEFAULT '',
    "refundAmount" DECIMAL(18,2) NOT NULL DEFAULT 0,
    "refundReason" TEXT NOT NULL DEFAULT '',
    "metadata" JSONB,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Payment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "migration_run" (
    "id" UUID NOT NULL,
    "workflow_id" TEXT NOT NULL,
    "workflow_run_id" TEXT NOT NULL,
    "namespace_id" TEXT NOT NULL,
    "plan" TEXT NOT NULL,
    "format_version" INTEGER NOT NULL,
    "options" JSONB NOT NULL DEFAULT '{}',
    "source_fingerprint" TEXT NOT NULL,
    "source_label" TEXT NOT NULL,
    "lease" TEXT,
    "state" TEXT NOT NULL,
    "epoch" INTEGER NOT NULL DEFAULT 0,
    "transform_hashes" JSONB NOT NULL DEFAULT '{}',
    "stages" JSONB NOT NULL DEFAULT '{}',
    "facts" JSONB NOT NULL DEFAULT '{}',
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ended_at" TIMESTAMPTZ(3),
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "migration_run_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "migration_partition" (
    "run_id" UUID NOT NULL,
    "stage" TEXT NOT NULL,
    "partition" INTEGER NOT NULL,
    "key_type" TEXT NOT NULL,
    "after_key" BYTEA,
    "up_to_key" BYTEA,
    "keys" BYTEA[] NOT NULL DEFAULT ARRAY[]::BYTEA[],
    "total" BIGINT NOT NULL,
    "last_key" BYTEA,
    "epoch" INTEGER NOT NULL DEFAULT 0,
    "sequence" INTEGER NOT NULL DEFAULT 0,
    "attempt" INTEGER NOT NULL DEFAULT 0,
    "read" BIGINT NOT NULL DEFAULT 0,
    "written" BIGINT NOT NULL DEFAULT 0,
    "quarantined" BIGINT NOT NULL DEFAULT 0,
    "contested" BIGINT NOT NULL DEFAULT 0,
    "rows" BIGINT NOT NULL DEFAULT 0,
    "skipped" BIGINT NOT NULL DEFAULT 0,
    "findings" JSONB NOT NULL DEFAULT '{}',
    "samples" JSONB NOT NULL DEFAULT '[]',
    "done" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "migration_partition_pkey" PRIMARY KEY ("run_id","stage","partition")
);

-- CreateTable
CREATE TABLE "migration_id_map" (
    "collection" TEXT NOT NULL,
    "parent_key" BYTEA NOT NULL,
    "legacy_key" BYTEA NOT NULL,
    "path" TEXT NOT NULL,
    "occurrence" INTEGER NOT NULL,
    "prisma_id" UUID NOT NULL,
    "run_id" UUID NOT NULL,
    "source_hash" BYTEA,
    "rows_hash" BYTEA,

    CONSTRAINT "migration_id_map_pkey" PRIMARY KEY ("collection","parent_key","legacy_key","path","occurrence")
);

-- CreateTable
CREATE TABLE "migration_quarantine" (
    "id" BIGSERIAL NOT NULL,
    "run_id" UUID NOT NULL,
    "stage" TEXT NOT NULL,
    "legacy_key" BYTEA NOT NULL,
    "document" BYTEA NOT NULL,
    "code" TEXT NOT NULL,
    "path" TEXT,
    "message" TEXT,
    "sqlstate" TEXT,
    "constraint_name" TEXT,
    "cause" JSONB,
    "state" TEXT NOT NULL DEFAULT 'open',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "migration_quarantine_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "migration_finding" (
    "id" BIGSERIAL NOT NULL,
    "run_id" UUID NOT NULL,
    "stage" TEXT NOT NULL,
    "legacy_key" BYTEA NOT NULL,
    "path" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "old_value" BYTEA,
    "note" TEXT,

    CONSTRAINT "migration_finding_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "migration_leftover" (
    "id" BIGSERIAL NOT NULL,
    "run_id" UUID NOT NULL,
    "collection" TEXT NOT NULL,
    "legacy_key" BYTEA NOT NULL,
    "path" TEXT NOT NULL,
    "value" BYTEA NOT NULL,

    CONSTRAINT "migration_leftover_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "User_username_key" ON "User"("username");

-- CreateIndex
CREATE UNIQUE INDEX "User_email_key" ON "User"("email");

-- CreateIndex
CREATE UNIQUE INDEX "Artist_userId_key" ON "Artist"("userId");

-- CreateIndex
CREATE INDEX "ArtistAchievement_artistId_position_idx" ON "ArtistAchievement"("artistId", "position");

-- CreateIndex
CREATE INDEX "Project_artistId_createdAt_idx" ON "Project"("artistId", "createdAt");

-- CreateIndex
CREATE INDEX "Project_approvedById_idx" ON "Project"("approvedById");

-- CreateIndex
CREATE INDEX "Project_status_endDate_idx" ON "Project"("status", "endDate");

-- CreateIndex
CREATE INDEX "Project_category_status_idx" ON "Project"("category", "status");

-- CreateIndex
CREATE INDEX "ProjectTask_projectId_taskNumber_idx" ON "ProjectTask"("projectId", "taskNumber");

-- CreateIndex
CREATE INDEX "ProjectTask_assigneeId_idx" ON "ProjectTask"("assigneeId");

-- CreateIndex
CREATE INDEX "ProjectMilestone_projectId_idx" ON "ProjectMilestone"("projectId");

-- CreateIndex
CREATE INDEX "ProjectTeamMember_projectId_idx" ON "ProjectTeamMember"("projectId");

-- CreateIndex
CREATE INDEX "ProjectTeamMember_userId_idx" ON "ProjectTeamMember"("userId");

-- CreateIndex
CREATE INDEX "ProjectNote_projectId_idx" ON "ProjectNote"("projectId");

-- CreateIndex
CREATE INDEX "ProjectNote_authorId_idx" ON "ProjectNote"("authorId");

-- CreateIndex
CREATE INDEX "FundingProject_artistId_createdAt_idx" ON "FundingProject"("artistId", "createdAt");

-- CreateIndex
CREATE INDEX "FundingProject_status_endDate_idx" ON "FundingProject"("status", "endDate");

-- CreateIndex
CREATE INDEX "FundingProject_category_status_idx" ON "FundingProject"("category", "status");

-- CreateIndex
CREATE UNIQUE INDEX "FundingProjectExecutionPlan_projectId_key" ON "FundingProjectExecutionPlan"("projectId");

-- CreateIndex
CREATE INDEX "FundingProjectStage_projectId_idx" ON "FundingProjectStage"("projectId");

-- CreateIndex
CREATE INDEX "FundingProjectStage_planId_idx" ON "FundingProjectStage"("planId");

-- CreateIndex
CREATE INDEX "FundingProjectExpenseRecord_projectId_idx" ON "FundingProjectExpenseRecord"("projectId");

-- CreateIndex
CREATE INDEX "FundingProjectExpenseRecord_stageId_idx" ON "FundingProjectExpenseRecord"("stageId");

-- CreateIndex
CREATE INDEX "FundingProjectDistribution_projectId_idx" ON "FundingProjectDistribution"("projectId");

-- CreateIndex
CREATE INDEX "FundingProjectDistribution_backerId_idx" ON "FundingProjectDistribution"("backerId");

-- CreateIndex
CREATE INDEX "FundingProjectDistribution_pledgeId_idx" ON "FundingProjectDistribution"("pledgeId");

-- CreateIndex
CREATE INDEX "FundingProjectReward_projectId_idx" ON "FundingProjectReward"("projectId");

-- CreateIndex
CREATE INDEX "Pledge_projectId_idx" ON "Pledge"("projectId");

-- CreateIndex
CREATE INDEX "Pledge_userId_idx" ON "Pledge"("userId");

-- CreateIndex
CREATE INDEX "Pledge_rewardId_idx" ON "Pledge"("rewardId");

-- CreateIndex
CREATE INDEX "FundingProjectUpdate_projectId_idx" ON "FundingProjectUpdate"("projectId");

-- CreateIndex
CREATE UNIQUE INDEX "Payment_paymentId_key" ON "Payment"("paymentId");

-- CreateIndex
CREATE UNIQUE INDEX "Payment_orderId_key" ON "Payment"("orderId");

-- CreateIndex
CREATE INDEX "Payment_projectId_status_idx" ON "Payment"("projectId", "status");

-- CreateIndex
CREATE INDEX "Payment_backerEmail_projectId_idx" ON "Payment"("backerEmail", "projectId");

-- CreateIndex
CREATE INDEX "Payment_status_createdAt_idx" ON "Payment"("status", "createdAt");

-- CreateIndex
CREATE INDEX "Payment_backerId_createdAt_idx" ON "Payment"("backerId", "createdAt");

-- CreateIndex
CREATE INDEX "Payment_rewardId_idx" ON "Payment"("rewardId");

-- CreateIndex
CREATE INDEX "Payment_pledgeId_idx" ON "Payment"("pledgeId");

-- CreateIndex
CREATE UNIQUE INDEX "migration_run_lease_key" ON "migration_run"("lease");

-- CreateIndex
CREATE UNIQUE INDEX "migration_id_map_prisma_id_key" ON "migration_id_map"("prisma_id");

-- CreateIndex
CREATE INDEX "migration_quarantine_stage_legacy_key_idx" ON "migration_quarantine"("stage", "legacy_key");

-- CreateIndex
CREATE UNIQUE INDEX "migration_quarantine_run_id_stage_legacy_key_key" ON "migration_quarantine"("run_id", "stage", "legacy_key");

-- CreateIndex
CREATE INDEX "migration_finding_run_id_stage_code_idx" ON "migration_finding"("run_id", "stage", "code");

-- CreateIndex
CREATE INDEX "migration_finding_stage_legacy_key_idx" ON "migration_finding"("stage", "legacy_key");

-- CreateIndex
CREATE INDEX "migration_leftover_run_id_collection_idx" ON "migration_leftover"("run_id", "collection");

-- CreateIndex
CREATE INDEX "migration_leftover_collection_legacy_key_idx" ON "migration_leftover"("collection", "legacy_key");

-- AddForeignKey
ALTER TABLE "Artist" ADD CONSTRAINT "Artist_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "ArtistAchievement" ADD CONSTRAINT "ArtistAchievement_artistId_fkey" FOREIGN KEY ("artistId") REFERENCES "Artist"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Project" ADD CONSTRAINT "Project_artistId_fkey" FOREIGN KEY ("artistId") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Project" ADD CONSTRAINT "Project_approvedById_fkey" FOREIGN KEY ("approvedById") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "ProjectTask" ADD CONSTRAINT "ProjectTask_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "Project"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "ProjectTask" ADD CONSTRAINT "ProjectTask_assigneeId_fkey" FOREIGN KEY ("assigneeId") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "ProjectMilestone" ADD CONSTRAINT "ProjectMilestone_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "Project"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "ProjectTeamMember" ADD CONSTRAINT "ProjectTeamMember_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "Project"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "ProjectTeamMember" ADD CONSTRAINT "ProjectTeamMember_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "ProjectNote" ADD CONSTRAINT "ProjectNote_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "Project"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "ProjectNote" ADD CONSTRAINT "ProjectNote_authorId_fkey" FOREIGN KEY ("authorId") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "FundingProject" ADD CONSTRAINT "FundingProject_artistId_fkey" FOREIGN KEY ("artistId") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "FundingProjectExecutionPlan" ADD CONSTRAINT "FundingProjectExecutionPlan_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "FundingProject"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "FundingProjectStage" ADD CONSTRAINT "FundingProjectStage_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "FundingProject"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "FundingProjectStage" ADD CONSTRAINT "FundingProjectStage_planId_fkey" FOREIGN KEY ("planId") REFERENCES "FundingProjectExecutionPlan"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "FundingProjectExpenseRecord" ADD CONSTRAINT "FundingProjectExpenseRecord_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "FundingProject"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "FundingProjectExpenseRecord" ADD CONSTRAINT "FundingProjectExpenseRecord_stageId_fkey" FOREIGN KEY ("stageId") REFERENCES "FundingProjectStage"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "FundingProjectDistribution" ADD CONSTRAINT "FundingProjectDistribution_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "FundingProject"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "FundingProjectDistribution" ADD CONSTRAINT "FundingProjectDistribution_backerId_fkey" FOREIGN KEY ("backerId") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "FundingProjectDistribution" ADD CONSTRAINT "FundingProjectDistribution_pledgeId_fkey" FOREIGN KEY ("pledgeId") REFERENCES "Pledge"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "FundingProjectReward" ADD CONSTRAINT "FundingProjectReward_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "FundingProject"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Pledge" ADD CONSTRAINT "Pledge_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "FundingProject"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Pledge" ADD CONSTRAINT "Pledge_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Pledge" ADD CONSTRAINT "Pledge_rewardId_fkey" FOREIGN KEY ("rewardId") REFERENCES "FundingProjectReward"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "FundingProjectUpdate" ADD CONSTRAINT "FundingProjectUpdate_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "FundingProject"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Payment" ADD CONSTRAINT "Payment_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "FundingProject"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Payment" ADD CONSTRAINT "Payment_backerId_fkey" FOREIGN KEY ("backerId") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Payment" ADD CONSTRAINT "Payment_rewardId_fkey" FOREIGN KEY ("rewardId") REFERENCES "FundingProjectReward"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Payment" ADD CONSTRAINT "Payment_pledgeId_fkey" FOREIGN KEY ("pledgeId") REFERENCES "Pledge"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "migration_partition" ADD CONSTRAINT "migration_partition_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "migration_run"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "migration_quarantine" ADD CONSTRAINT "migration_quarantine_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "migration_run"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "migration_finding" ADD CONSTRAINT "migration_finding_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "migration_run"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "migration_leftover" ADD CONSTRAINT "migration_leftover_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "migration_run"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;
