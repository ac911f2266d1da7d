import { userColumns } from './declared/user.ts';
import { user as model, type UserDocument } from './models/user.ts';
import { defineStage, member } from './platform.ts';

/** users → User. An empty username counts as none: the column is unique, and many documents hold "". */
export const user = defineStage<UserDocument>({
  name: 'user',
  version: '1',
  collection: 'users',
  model,
  idCollection: 'user',
  collectionNumber: 1,
  tables: [{ table: 'User', root: 'id' }],
  children: [],
  columns: {},
  normalised: [{ path: 'email', column: 'email' }],
  declares: userColumns,
  samples: [
    { path: 'name', column: 'name', masked: 'text' },
    { path: 'email', column: 'email', masked: 'email' },
    { path: 'password', column: 'password', masked: 'hidden' },
    { path: 'role', column: 'role' },
    { path: 'isVerified', column: 'isVerified' },
    { path: 'createdAt', column: 'createdAt' },
  ],
  transform(document, to) {
    if (document.username === '') to.finding('username', 'emptyText');
    to.row('User', {
      id: to.id,
      name: document.name,
      username: document.username || null,
      email: document.email,
      password: document.password,
      role: member('UserRole', document.role),
      avatar: document.avatar,
      bio: document.bio,
      isVerified: document.isVerified,
      isActive: document.isActive,
      lastLogin: document.lastLogin,
      lastLoginAt: document.lastLoginAt,
      agreeTerms: document.agreeTerms,
      agreePrivacy: document.agreePrivacy,
      agreeMarketing: document.agreeMarketing,
      createdAt: document.createdAt,
      updatedAt: document.updatedAt,
    });
  },
});
