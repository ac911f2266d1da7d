import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { whyUnanswered } from './run-check.ts';
import type { Webhook } from './settings.ts';

/** What a webhook is sent as JSON (docs/monitor.md). No value of a document is in it. */
export interface Alert {
  /** The same for every attempt to deliver it: whoever has it already may leave it. */
  readonly id: string;
  readonly event: 'new' | 'repeated' | 'resolved';
  /** ISO 8601. */
  readonly at: string;
  /** The monitoring's workflow id, and the migration's run. */
  readonly workflowId: string;
  readonly runId: string;
  readonly round: number;
  readonly problem: AlertProblem;
  /** All of it in one sentence. */
  readonly text: string;
}

export interface AlertProblem {
  readonly kind: string;
  readonly stage: string | null;
  readonly where: string;
  /** How many documents (or places) it concerns, and some of them: `_id` (ObjectIds only), and the root row's id. */
  readonly count: number;
  readonly documents: readonly { readonly legacyId: string | null; readonly rootId: string | null }[];
  /** ISO 8601: when it was found first. */
  readonly since: string;
}

/** Waits between the attempts to deliver an alert, in milliseconds. */
const WAITS = [1_000, 2_000, 4_000];
const PATIENCE_MS = 10_000;

/** Posts an alert, again when it is not taken. @returns why it was not taken in the end; null when it was */
export async function postAlert(
  { url, headers, secret }: Webhook,
  alert: Alert,
  signal: AbortSignal,
  waits: readonly number[] = WAITS,
): Promise<string | null> {
  const body = JSON.stringify(alert);
  const signature = secret === null ? {} : { 'X-Signature-256': signatureOf(secret, body) };
  const request = { method: 'POST', headers: { ...headers, 'Content-Type': 'application/json', ...signature }, body };
  let reason = '';
  for (const wait of [...waits, null]) {
    try {
      const until = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
      const answer = await fetch(url, { ...request, redirect: 'manual', signal: until });
      await answer.arrayBuffer();
      if (answer.ok) return null;
      reason = `status ${answer.status}`;
    } catch (error) {
      signal.throwIfAborted();
      reason = whyUnanswered(error, PATIENCE_MS);
    }
    if (wait !== null) await sleep(wait, undefined, { signal });
  }
  return reason;
}

/** `sha256=` and the HMAC of the body in hex, as GitHub signs its webhooks. */
export function signatureOf(secret: string, body: string): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}
