import { faultIn } from '../document/bson/fault.ts';
import { bufferOf } from '../document/bson/value.ts';
import { DocumentRefused } from '../document/findings/refusal.ts';
import type { Findings } from '../plan/check-context.ts';
import { isSurrogate, replaceSurrogates } from './replace-surrogates.ts';

/**
 * A document's bytes, once nothing is wrong with them; a copy with lone surrogates replaced where a policy says so.
 * @throws DocumentRefused `invalidBson`, `invalidUtf8`, `loneSurrogate`
 */
export function soundBytes(document: Uint8Array, to: Findings): Buffer {
  const bytes = bufferOf(document);
  const fault = faultIn(bytes);
  if (fault === null) return bytes;
  if (fault === 'invalidBson' || !hasEncodedSurrogate(bytes)) throw new DocumentRefused(fault, null);
  const mended = replaceSurrogates(bytes, to);
  const left = faultIn(mended);
  if (left === null) return mended;
  const code = left === 'invalidUtf8' && hasEncodedSurrogate(mended) ? 'loneSurrogate' : left;
  throw new DocumentRefused(code, null);
}

function hasEncodedSurrogate(bytes: Uint8Array): boolean {
  for (let at = bytes.indexOf(0xed); at >= 0; at = bytes.indexOf(0xed, at + 1)) if (isSurrogate(bytes, at)) return true;
  return false;
}
