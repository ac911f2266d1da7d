import { type InferRawDocTypeFromSchema, Schema } from 'mongoose';
import { platformMongoose } from './platform-mongoose.ts';

export const paymentMethods = ['card', 'bank', 'kakao', 'naver'] as const;
export const paymentProviders = ['toss', 'iamport'] as const;
export const paymentStatuses = ['pending', 'completed', 'failed', 'cancelled', 'refunded'] as const;

/** Collection `payments`: money a backer paid. `rewardId` names an element of the funding project's `rewards`. */
export const paymentSchema = new Schema(
  {
    paymentId: { type: String, required: true, unique: true },
    orderId: { type: String, required: true, unique: true },
    projectId: { type: Schema.Types.ObjectId, ref: 'FundingProject', required: true },
    backerId: { type: Schema.Types.ObjectId, ref: 'User', required: true },
    backerName: { type: String, required: true },
    backerEmail: { type: String, required: true },
    backerPhone: { type: String, required: true },
    backerAddress: { type: String, default: '' },
    rewardId: { type: Schema.Types.ObjectId, default: null },
    rewardName: { type: String, default: '' },
    amount: { type: Number, required: true, min: 1000, max: 10_000_000 },
    paymentMethod: { type: String, required: true, enum: paymentMethods },
    paymentProvider: { type: String, enum: paymentProviders, default: 'toss' },
    status: { type: String, enum: paymentStatuses, default: 'pending' },
    transactionId: { type: String, default: '' },
    paymentKey: { type: String, default: '' },
    message: { type: String, maxlength: 500, default: '' },
    createdAt: { type: Date, default: Date.now },
    completedAt: { type: Date, default: null },
    cancelledAt: { type: Date, default: null },
    refundedAt: { type: Date, default: null },
    refundId: { type: String, default: '' },
    refundAmount: { type: Number, default: 0 },
    refundReason: { type: String, default: '' },
    metadata: { type: Map, of: Schema.Types.Mixed },
  },
  { timestamps: true },
);

export type PaymentDocument = InferRawDocTypeFromSchema<typeof paymentSchema>;

export const payment = platformMongoose.model('Payment', paymentSchema);
