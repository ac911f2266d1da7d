import { type InferRawDocTypeFromSchema, Schema } from 'mongoose';
import { platformMongoose } from './platform-mongoose.ts';

export const artistCategories = ['음악', '미술', '영상', '문학', '공예', '디자인', '기타'] as const;

export const artistGenres = [
  '팝',
  '록',
  'R&B',
  '재즈',
  '클래식',
  '힙합',
  '일렉트로닉',
  '인디',
  '얼터너티브',
  '컨트리',
  '레게',
  '블루스',
  '소울',
  '펑크',
  '메탈',
  '기타',
] as const;

/** Collection `artists`: the public profile of a user whose role is artist. */
export const artistSchema = new Schema(
  {
    userId: { type: Schema.Types.ObjectId, ref: 'User', required: true, unique: true },
    category: { type: String, required: true, enum: artistCategories },
    location: { type: String, required: true },
    rating: { type: Number, min: 0, max: 5, default: 0 },
    tags: [{ type: String }],
    coverImage: { type: String, default: null },
    profileImage: { type: String, default: null },
    followers: { type: Number, min: 0, default: 0 },
    completedProjects: { type: Number, min: 0, default: 0 },
    activeProjects: { type: Number, min: 0, default: 0 },
    totalEarned: { type: Number, min: 0, default: 0 },
    genre: [{ type: String, enum: artistGenres }],
    totalStreams: { type: Number, min: 0, default: 0 },
    monthlyListeners: { type: Number, min: 0, default: 0 },
    socialLinks: {
      instagram: { type: String },
      twitter: { type: String },
      youtube: { type: String },
      spotify: { type: String },
      soundcloud: { type: String },
      tiktok: { type: String },
    },
    achievements: [
      {
        title: { type: String },
        description: { type: String },
        date: { type: Date },
        image: { type: String },
      },
    ],
    isVerified: { type: Boolean, default: false },
    verificationDate: { type: Date },
    featured: { type: Boolean, default: false },
    featuredDate: { type: Date },
  },
  { timestamps: true },
);

export type ArtistDocument = InferRawDocTypeFromSchema<typeof artistSchema>;

export const artist = platformMongoose.model('Artist', artistSchema);
