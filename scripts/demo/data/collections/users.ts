import type { Document } from 'bson';
import { loginName, passwordHash, prose } from './words.ts';
import { daysAfter, type World } from './world.ts';

/** One user. The oldest third predates the consents, `lastLoginAt` and `isActive`. */
export function userDocument(world: World, index: number): Document {
  const random = world.random('users', index);
  const born = world.time('users', index);
  const old = index < world.counts.users / 3;
  const person = world.person(index);
  const document: Document = { _id: world.id('users', index), name: person.name };
  const named = random.next();
  if (named < 0.7) document['username'] = loginName(random, index);
  else if (named < 0.75) document['username'] = null;
  document['email'] = person.email;
  document['password'] = passwordHash(random);
  document['role'] = world.role(index);
  if (random.chance(0.9)) document['avatar'] = random.chance(0.5) ? '/avatars/default.jpg' : `/avatars/${index}.webp`;
  const told = random.next();
  if (told < 0.4) document['bio'] = prose(random, 2);
  else if (told < 0.5) document['bio'] = told < 0.45 ? null : '';
  document['isVerified'] = random.chance(0.6);
  const seen = daysAfter(born, random.next() * 200);
  if (random.chance(0.8)) document['lastLogin'] = seen;
  if (!old) {
    document['isActive'] = random.chance(0.95);
    document['lastLoginAt'] = random.chance(0.8) ? seen : null;
    document['agreeTerms'] = true;
    document['agreePrivacy'] = true;
    document['agreeMarketing'] = random.chance(0.4);
  }
  document['createdAt'] = new Date(born);
  document['updatedAt'] = seen;
  document['__v'] = random.int(0, 3);
  return document;
}
