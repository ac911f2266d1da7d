import { type InferRawDocTypeFromSchema, Schema } from 'mongoose';
import { platformMongoose } from './platform-mongoose.ts';
import { projectCategories } from './project.ts';

export const fundingStatuses = ['준비중', '진행중', '성공', '실패', '취소', '집행중', '완료'] as const;
export const fundingStageStatuses = ['계획', '진행중', '완료', '지연'] as const;
export const expenseCategories = ['인건비', '재료비', '장비비', '마케팅비', '기타'] as const;
export const distributionStatuses = ['대기', '분배완료', '지급완료'] as const;
export const fundingUpdateTypes = ['일반', '집행진행', '비용공개', '수익분배'] as const;

/**
 * Collection `fundingprojects`: a crowdfunding campaign with its backers and how the money is spent.
 *
 * `artist` names the User. `expenseRecords.stage` and `backers.reward` name elements of this document's own arrays,
 * so they have no `ref`.
 */
export const fundingProjectSchema = new Schema(
  {
    title: { type: String, required: true, maxlength: 200 },
    description: { type: String, required: true, maxlength: 5000 },
    artist: { type: Schema.Types.ObjectId, ref: 'User', required: true },
    artistName: { type: String, required: true },
    category: { type: String, required: true, enum: projectCategories, default: '기타' },
    goalAmount: { type: Number, required: true, min: 100_000 },
    currentAmount: { type: Number, default: 0 },
    startDate: { type: Date, required: true },
    endDate: { type: Date, required: true },
    status: { type: String, enum: fundingStatuses, default: '준비중' },
    progress: { type: Number, min: 0, max: 100, default: 0 },
    daysLeft: { type: Number, default: 0 },
    image: { type: String, default: null },
    tags: [{ type: String }],
    isActive: { type: Boolean, default: true },
    isVerified: { type: Boolean, default: false },
    featured: { type: Boolean, default: false },
    executionPlan: {
      totalBudget: { type: Number, required: true, min: 0 },
      stages: [
        {
          name: { type: String, required: true, maxlength: 100 },
          description: { type: String, required: true, maxlength: 500 },
          budget: { type: Number, required: true },
          startDate: { type: Date, required: true },
          endDate: { type: Date, required: true },
          status: { type: String, enum: fundingStageStatuses, default: '계획' },
          progress: { type: Number, min: 0, max: 100, default: 0 },
        },
      ],
    },
    expenseRecords: [
      {
        category: { type: String, required: true, enum: expenseCategories },
        title: { type: String, required: true },
        description: { type: String, required: true },
        amount: { type: Number, required: true, min: 0 },
        receipt: { type: String, default: null },
        date: { type: Date, required: true },
        stage: { type: Schema.Types.ObjectId, default: null },
        verified: { type: Boolean, default: false },
      },
    ],
    revenueDistribution: {
      totalRevenue: { type: Number, default: 0 },
      platformFee: { type: Number, default: 0.05 },
      artistShare: { type: Number, default: 0.7 },
      backerShare: { type: Number, default: 0.25 },
      distributions: [
        {
          backer: { type: Schema.Types.ObjectId, ref: 'User', required: true },
          userName: { type: String },
          originalAmount: { type: Number, required: true },
          profitShare: { type: Number, default: 0 },
          totalReturn: { type: Number, default: 0 },
          distributedAt: { type: Date, default: null },
          status: { type: String, enum: distributionStatuses, default: '대기' },
        },
      ],
    },
    backers: [
      {
        user: { type: Schema.Types.ObjectId, ref: 'User' },
        userName: { type: String },
        amount: { type: Number, required: true, min: 1000 },
        reward: { type: Schema.Types.ObjectId },
        backedAt: { type: Date, default: Date.now },
        isAnonymous: { type: Boolean, default: false },
        message: { type: String, maxlength: 500, default: '' },
      },
    ],
    rewards: [
      {
        title: { type: String, required: true, maxlength: 100 },
        description: { type: String, required: true, maxlength: 500 },
        amount: { type: Number, required: true, min: 1000 },
        claimed: { type: Number, default: 0 },
        maxClaim: { type: Number, default: null },
        estimatedDelivery: { type: Date },
      },
    ],
    updates: [
      {
        title: { type: String, required: true, maxlength: 200 },
        content: { type: String, required: true, maxlength: 2000 },
        createdAt: { type: Date, default: Date.now },
        type: { type: String, enum: fundingUpdateTypes, default: '일반' },
      },
    ],
  },
  { timestamps: true },
);

export type FundingProjectDocument = InferRawDocTypeFromSchema<typeof fundingProjectSchema>;

export const fundingProject = platformMongoose.model('FundingProject', fundingProjectSchema);
