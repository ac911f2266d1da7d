import { CHECK_PROBLEMS } from '../../engine/messages/operations/monitor.ts';
import { whyUnanswered } from './run-check.ts';
import type { Webhook } from './settings.ts';

/** What the webhook is sent as JSON (docs/monitor.md). No value of a document is in it. */
export interface Alert {
  /** The same if a worker dies and another one sends it again. */
  readonly id: string;
  /** `repeated`: by monitorings that an older build began. */
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

const PATIENCE_MS = 10_000;

/** Posts an alert once. @returns why it was not taken, without the address, which may hold a secret; null when it was */
export async function postAlert({ url, headers }: Webhook, alert: Alert, signal: AbortSignal): Promise<string | null> {
  try {
    const { ok, status } = await fetch(url, {
      method: 'POST',
      headers: { ...headers, 'Content-Type': 'application/json' },
      body: JSON.stringify(alert),
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]),
    });
    return ok ? null : CHECK_PROBLEMS.status({ status: String(status) }).text;
  } catch (error) {
    signal.throwIfAborted();
    return whyUnanswered(error, PATIENCE_MS);
  }
}
