import { flag, own, text, time } from '../../engine/plan/declare.ts';
import type { DeclaredTables } from '../platform.ts';

/** What the columns of a user hold. */
export const userColumns: DeclaredTables = {
  User: {
    id: own(),
    name: text('name'),
    username: text('username', { emptyIsNull: true }),
    email: text('email', { set: ['lowercase'] }),
    password: text('password'),
    role: text('role', { missing: 'fan' }),
    avatar: text('avatar', { missing: '/avatars/default.jpg' }),
    bio: text('bio'),
    isVerified: flag('isVerified', { missing: false }),
    isActive: flag('isActive', { missing: true }),
    lastLogin: time('lastLogin'),
    lastLoginAt: time('lastLoginAt'),
    agreeTerms: flag('agreeTerms', { missing: false }),
    agreePrivacy: flag('agreePrivacy', { missing: false }),
    agreeMarketing: flag('agreeMarketing', { missing: false }),
    createdAt: time('createdAt', { missing: 'ids' }),
    updatedAt: time('updatedAt', { missing: 'createdAt' }),
  },
};
