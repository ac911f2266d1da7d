import { type InferRawDocTypeFromSchema, Schema } from 'mongoose';
import { platformMongoose } from './platform-mongoose.ts';

export const userRoles = ['artist', 'admin', 'fan'] as const;

/** Collection `users`: everybody who has an account, artists included. */
export const userSchema = new Schema(
  {
    name: { type: String, required: true, maxlength: 50 },
    username: { type: String, unique: true, sparse: true, maxlength: 30 },
    email: { type: String, required: true, unique: true, lowercase: true },
    /** A bcrypt hash. */
    password: { type: String, required: true },
    role: { type: String, enum: userRoles, default: 'fan' },
    avatar: { type: String, default: '/avatars/default.jpg' },
    bio: { type: String, maxlength: 500 },
    isVerified: { type: Boolean, default: false },
    isActive: { type: Boolean, default: true },
    lastLogin: { type: Date },
    lastLoginAt: { type: Date },
    agreeTerms: { type: Boolean, default: false },
    agreePrivacy: { type: Boolean, default: false },
    agreeMarketing: { type: Boolean, default: false },
  },
  { timestamps: true },
);

export type UserDocument = InferRawDocTypeFromSchema<typeof userSchema>;

export const user = platformMongoose.model('User', userSchema);
