import { harmlessText, shortText } from '../../engine/common/shown-text.ts';
import { showKey, typeOfKey } from '../../engine/document/legacy-key.ts';
import { sayKey } from '../../engine/document/say-key.ts';
import { STAND_INS } from '../../engine/messages/labels/stand-ins.ts';
import { type Mask, masked } from '../../engine/report/sample/mask.ts';
import type { SmokeDifference } from '../../engine/verdict/smoke-record.ts';
import { ANY_TIME, isReference } from './answers/answer.ts';
import { type Found, isRecord } from './answers/compare.ts';
import { numberText } from './answers/same-value.ts';
import type { SmokeTest } from './define.ts';

/** What is masked otherwise than any text, in every question. */
const MASKS: Readonly<Record<string, Mask>> = {
  password: 'hidden',
  email: 'email',
  backerEmail: 'email',
  backerPhone: 'phone',
  backerAddress: 'hidden',
  paymentKey: 'hidden',
};
/** Texts of which the platform itself made the choice. */
const SHOWN: readonly string[] = [
  'role',
  'status',
  'category',
  'type',
  'genre',
  'priority',
  'approvalStatus',
  'paymentMethod',
  'paymentProvider',
];
const LONGEST = 60;

/** A difference as it may be shown: what is not known to be harmless is masked. */
export function shownDifference({ root, rowId, path, legacy, prisma }: Found, test: SmokeTest): SmokeDifference {
  const show = (value: unknown) => shortText(harmlessText(shownValue(value, path.at(-1) ?? '', test)), LONGEST);
  return {
    // Any other `_id` can be personal data: the row’s id stands for it.
    legacyId: root === null || typeOfKey(root.key) !== 'objectId' ? null : showKey(root.key),
    prismaId: rowId,
    path: path.join('.'),
    legacy: show(legacy),
    prisma: show(prisma),
  };
}

function shownValue(value: unknown, name: string, { masks, shown = [] }: SmokeTest): string {
  const mask = masks?.[name] ?? MASKS[name];
  if (value === null || value === undefined) return STAND_INS.nothing.en;
  if (mask === 'hidden') return masked('', mask);
  if (value === ANY_TIME) return STAND_INS.anyTime.en;
  if (isReference(value)) return sayKey(value.key);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? STAND_INS.invalidDate.en : value.toISOString();
  if (typeof value === 'boolean') return String(value);
  const number = numberText(value);
  if (number !== null) return number;
  if (typeof value !== 'string') return (isRecord(value) ? STAND_INS.found : STAND_INS.list).en;
  if (UUID.test(value) || SHOWN.includes(name) || shown.includes(name)) return value;
  return masked(value, mask ?? 'text');
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
