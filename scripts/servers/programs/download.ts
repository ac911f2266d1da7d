import type { Message } from '../../../engine/messages/message.ts';
import { downloadsOff, hostUnreachable } from '../../../engine/messages/worker/servers.ts';
import { reasonOf } from '../report.ts';

const probeTimeoutMs = 4_000;

/** Answers of this process, so that a host that cannot be reached costs its time once. */
const unreachable = new Map<string, Promise<Message | undefined>>();

/**
 * Why nothing can be downloaded from the host, or undefined when it answers. MONGO_TO_PRISMA_DOWNLOADS=off says so for
 * every host.
 */
export function whyUnreachable(host: string): Promise<Message | undefined> {
  if (process.env.MONGO_TO_PRISMA_DOWNLOADS === 'off') return Promise.resolve(downloadsOff());
  // Node's own fetch knows nothing of a proxy, the downloaders do.
  if (process.env.HTTPS_PROXY || process.env.https_proxy) return Promise.resolve(undefined);
  let answer = unreachable.get(host);
  if (answer === undefined) {
    answer = probe(host);
    unreachable.set(host, answer);
  }
  return answer;
}

async function probe(host: string): Promise<Message | undefined> {
  try {
    await fetch(`https://${host}/`, { method: 'HEAD', signal: AbortSignal.timeout(probeTimeoutMs) });
    return undefined;
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return hostUnreachable({ host, why: reasonOf(cause) });
  }
}
