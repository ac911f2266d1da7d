import { QUESTIONS } from '../../../engine/messages/labels/report.ts';
import { labelOf } from '../../../stages/platform.ts';
import { columnsOf, fieldsOf, reference } from '../answers/answer.ts';
import type { LegacySide } from '../ask/ask-legacy.ts';
import type { PrismaSide } from '../ask/ask-prisma.ts';
import { defineSmokeTest } from '../define.ts';

const FIELDS = ['name', 'username', 'email', 'password', 'isVerified', 'isActive', 'createdAt'] as const;

/** The model lower-cases e-mail addresses, also those in queries. */
async function legacyUser(source: LegacySide, email: string): Promise<unknown> {
  const user = await source.findOne('user', { email }, { reads: ['email'] });
  if (user === null) return null;
  return { _id: reference('user', user._id), role: user.get('role'), ...fieldsOf(user, FIELDS) };
}

/** Prisma compares as it is told: the application lower-cases. */
async function prismaUser(target: PrismaSide, email: string): Promise<unknown> {
  const [user] = await target.page('user', { reads: ['email'], limit: 1 }, async ({ skip }) => {
    const found = skip > 0 ? null : await target.client.user.findUnique({ where: { email: email.toLowerCase() } });
    return found === null ? [] : [found];
  });
  if (user === undefined) return null;
  return { _id: user.id, role: labelOf('UserRole', user.role), ...columnsOf(user, FIELDS) };
}

export const login = defineSmokeTest<string>({
  name: 'login',
  description: QUESTIONS.login.en,
  models: ['user'],
  draw: async (n, from) =>
    (await from.documents('user', n))
      .map((user) => user.get('email') as unknown)
      .filter((email) => typeof email === 'string')
      .map((email, i) => (i % 2 === 0 ? email : email.toUpperCase())),
  legacy: legacyUser,
  prisma: prismaUser,
});

export const loginOfNobody = defineSmokeTest<string>({
  name: 'login-unknown',
  description: QUESTIONS['login-unknown'].en,
  models: ['user'],
  draw: async (n, from) =>
    Array.from({ length: Math.min(n, 3) }, () => `nobody-${from.number(2 ** 31)}@smoke-test.invalid`),
  legacy: legacyUser,
  prisma: prismaUser,
});
