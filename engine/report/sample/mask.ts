import { shortText } from '../../common/shown-text.ts';
import { STAND_INS } from '../../messages/labels/stand-ins.ts';
import type { SampleField } from '../../plan/stage.ts';

export type Mask = NonNullable<SampleField['masked']>;

const STARS = '***';

/**
 * Personal data as it may be shown. The stars do not tell the length.
 * `text` keeps the first character, `email` the first ones of both its parts and the last label (`a***@d***.com`),
 * `phone` the last two digits; of `hidden` nothing at all is shown.
 */
export function masked(text: string, mask: Mask): string {
  switch (mask) {
    case 'hidden':
      return STAND_INS.hidden.en;
    case 'text':
      return maskedText(text);
    case 'email':
      return maskedEmail(text);
    case 'phone':
      return maskedPhone(text);
  }
}

function maskedText(text: string): string {
  return text === '' ? '' : `${shortText(text, 1).replace(/…$/, '')}${STARS}`;
}

function maskedEmail(text: string): string {
  const at = text.lastIndexOf('@');
  const dot = text.lastIndexOf('.');
  if (at < 1 || dot < at + 2) return maskedText(text);
  return `${maskedText(text.slice(0, at))}@${maskedText(text.slice(at + 1, dot))}${text.slice(dot)}`;
}

function maskedPhone(text: string): string {
  const digits = text.replace(/\D/g, '');
  return digits.length < 6 ? STARS : `${STARS}-${STARS}-**${digits.slice(-2)}`;
}
