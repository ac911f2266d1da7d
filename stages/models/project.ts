import { type InferRawDocTypeFromSchema, Schema } from 'mongoose';
import { platformMongoose } from './platform-mongoose.ts';

/** Shared by projects and funding projects. */
export const projectCategories = ['음악', '비디오', '공연', '도서', '게임', '기타'] as const;
export const projectStatuses = ['계획중', '진행중', '완료', '보류', '취소'] as const;
export const projectApprovalStatuses = ['pending', 'approved', 'rejected'] as const;
export const projectPriorities = ['낮음', '보통', '높음', '긴급'] as const;
export const projectTaskStatuses = ['대기', '진행중', '완료', '보류'] as const;
export const projectMilestoneStatuses = ['예정', '진행중', '완료', '지연'] as const;

/** Collection `projects`: an artist's work in progress. `artist` names the User, not the Artist. */
export const projectSchema = new Schema(
  {
    title: { type: String, required: true, maxlength: 200 },
    description: { type: String, required: true, maxlength: 2000 },
    artist: { type: Schema.Types.ObjectId, ref: 'User', required: true },
    artistName: { type: String, required: true },
    category: { type: String, required: true, enum: projectCategories, default: '기타' },
    status: { type: String, enum: projectStatuses, default: '계획중' },
    progress: { type: Number, min: 0, max: 100, default: 0 },
    startDate: { type: Date, required: true },
    endDate: { type: Date, required: true },
    budget: { type: Number, required: true, min: 0 },
    spent: { type: Number, min: 0, default: 0 },
    image: { type: String, default: null },
    approvalStatus: { type: String, enum: projectApprovalStatuses, default: 'pending' },
    approvalReason: { type: String, maxlength: 1000 },
    approvedAt: { type: Date },
    approvedBy: { type: Schema.Types.ObjectId, ref: 'User' },
    tags: [{ type: String }],
    isActive: { type: Boolean, default: true },
    isPublic: { type: Boolean, default: true },
    priority: { type: String, enum: projectPriorities, default: '보통' },
    tasks: [
      {
        id: { type: Number, required: true },
        title: { type: String, required: true },
        description: { type: String },
        status: { type: String, enum: projectTaskStatuses, default: '대기' },
        progress: { type: Number, min: 0, max: 100, default: 0 },
        assignedTo: { type: Schema.Types.ObjectId, ref: 'User' },
        dueDate: { type: Date },
        completedAt: { type: Date },
      },
    ],
    milestones: [
      {
        id: { type: Number, required: true },
        title: { type: String, required: true },
        description: { type: String },
        date: { type: Date, required: true },
        status: { type: String, enum: projectMilestoneStatuses, default: '예정' },
        completedAt: { type: Date },
      },
    ],
    team: [
      {
        user: { type: Schema.Types.ObjectId, ref: 'User' },
        role: { type: String, required: true },
        joinedAt: { type: Date, default: Date.now },
      },
    ],
    notes: [
      {
        content: { type: String, required: true },
        author: { type: Schema.Types.ObjectId, ref: 'User' },
        createdAt: { type: Date, default: Date.now },
      },
    ],
  },
  { timestamps: true },
);

export type ProjectDocument = InferRawDocTypeFromSchema<typeof projectSchema>;

export const project = platformMongoose.model('Project', projectSchema);
