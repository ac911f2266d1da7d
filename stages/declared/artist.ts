import { flag, group, link, list, number, own, place, reference, text, time } from '../../engine/plan/declare.ts';
import type { DeclaredTables } from '../platform.ts';

/** What the columns of an artist's profile hold. */
export const artistColumns: DeclaredTables = {
  Artist: {
    id: own(),
    userId: reference('userId', 'user'),
    category: text('category'),
    location: text('location'),
    rating: number('rating', { missing: 0 }),
    tags: list('tags'),
    coverImage: text('coverImage'),
    profileImage: text('profileImage'),
    followers: number('followers', { missing: 0 }),
    completedProjects: number('completedProjects', { missing: 0 }),
    activeProjects: number('activeProjects', { missing: 0 }),
    totalEarned: number('totalEarned', { missing: 0 }),
    genres: list('genre'),
    totalStreams: number('totalStreams', { missing: 0 }),
    monthlyListeners: number('monthlyListeners', { missing: 0 }),
    socialLinks: group('socialLinks', 'instagram', 'twitter', 'youtube', 'spotify', 'soundcloud', 'tiktok'),
    isVerified: flag('isVerified', { missing: false }),
    verificationDate: time('verificationDate'),
    featured: flag('featured', { missing: false }),
    featuredDate: time('featuredDate'),
    createdAt: time('createdAt', { missing: 'ids' }),
    updatedAt: time('updatedAt', { missing: 'createdAt' }),
  },
  ArtistAchievement: {
    id: own(),
    artistId: link(),
    position: place(),
    title: text('achievements.title'),
    description: text('achievements.description'),
    date: time('achievements.date'),
    image: text('achievements.image'),
  },
};
