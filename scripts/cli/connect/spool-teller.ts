import { readingDump } from '../../../engine/messages/commands/screen.ts';
import type { Screen } from '../screen/screen-type.ts';

/** Tells about unpacking a dump every few seconds; small ones are done before. */
export function spoolTeller(screen: Screen) {
  let next = Date.now() + 2_000;
  return ({ readBytes, totalBytes }: { readonly readBytes: number; readonly totalBytes: number }) => {
    if (Date.now() < next) return;
    next = Date.now() + 3_000;
    screen.say(readingDump({ percent: Math.floor((readBytes / Math.max(1, totalBytes)) * 100) }).text);
  };
}
