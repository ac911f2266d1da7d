import { deserialize } from 'bson';
import type { Findings } from './check-value.ts';
import { EXACT_BSON } from './exact-bson.ts';
import { checkFieldNames } from './field-names.ts';
import { DocumentRefused } from './finding.ts';
import { isSurrogate, replaceSurrogates } from './replace-surrogates.ts';
import { restoreWideDates } from './wide-date.ts';

/**
 * Decodes BSON so that nothing of it is lost.
 * @throws DocumentRefused `invalidBson`, `invalidUtf8`, `loneSurrogate`, `repeatedField`
 */
export function decode(bytes: Uint8Array): Record<string, unknown> {
  const raw = decoded(bytes);
  if (checkFieldNames(bytes)) restoreWideDates(raw, bytes);
  return raw;
}

/** As `decode`, with lone surrogates replaced where a policy says so. */
export function decodeMended(bytes: Uint8Array, to: Findings): Record<string, unknown> {
  try {
    return decode(bytes);
  } catch (error) {
    if (!(error instanceof DocumentRefused) || error.code !== 'loneSurrogate') throw error;
    return decode(replaceSurrogates(bytes, to));
  }
}

function decoded(bytes: Uint8Array): Record<string, unknown> {
  try {
    return deserialize(bytes, { ...EXACT_BSON, validation: { utf8: true } });
  } catch (error) {
    const utf8 = /utf-?8/i.test(String(error));
    if (!utf8) throw new DocumentRefused('invalidBson', null);
    throw new DocumentRefused(hasEncodedSurrogate(bytes) ? 'loneSurrogate' : 'invalidUtf8', null);
  }
}

function hasEncodedSurrogate(bytes: Uint8Array): boolean {
  for (let at = bytes.indexOf(0xed); at >= 0; at = bytes.indexOf(0xed, at + 1)) if (isSurrogate(bytes, at)) return true;
  return false;
}
