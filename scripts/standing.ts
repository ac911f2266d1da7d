/** Where a run stands in words: `running`, `paused: lunch`, `rolling back to user`. */
export function standingOf({ state, reason }: { readonly state: string; readonly reason: string | null }): string {
  const word = state === 'rollingBack' ? 'rolling back' : state;
  if (reason === null || state === 'running') return word;
  const why = reason.replace(/\.$/, '');
  return why.startsWith(word) ? why : `${word}: ${why}`;
}
