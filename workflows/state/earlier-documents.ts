/** What is told of documents that earlier runs have moved and a rollback leaves; empty when there are none. */
export function staysOf(earlier: Readonly<Record<string, number>>): string {
  const parts = Object.entries(earlier).map(([stage, documents]) => `${documents} of ${stage}`);
  return parts.length === 0
    ? ''
    : `; documents of earlier runs stay: ${parts.join(', ')} (with {"includeEarlier": true} they go, too)`;
}
