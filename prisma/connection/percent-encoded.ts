/** User or password: a raw character of these ends it, or begins an escape, and what follows is taken for a host, a port or a name. */
const PART = String.raw`(?:[^@:/?#%[\]\s\\]|%[0-9a-f]{2})*`;
/** An `@` after the host is the rest of a login that a raw `/`, `?` or `#` has cut short. */
const ENCODED = new RegExp(`^[a-z][a-z+]*://(?:${PART}(?::${PART})?@)?[^@/?#]*(?:[/?#][^@]*)?$`, 'i');

/** Whether user and password of a URL are percent-encoded, so that none of it can be taken, and shown, for something else. */
export function isPercentEncoded(url: string): boolean {
  return ENCODED.test(url);
}
