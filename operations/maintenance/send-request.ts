import { MaintenanceFailed } from '../../engine/common/errors.ts';
import type { Message } from '../../engine/messages/message.ts';
import { answeredTooLate, answeredWrongly, hostUnreachable } from '../../engine/messages/operations/maintenance.ts';
import type { HttpAction } from './action.ts';

/**
 * Sends the request once. Redirects are not followed: headers may hold secrets of this very host.
 * @throws MaintenanceFailed naming the host, never the path or a header, which may hold a secret
 */
export async function sendRequest(
  { name, method, url, headers, body, expectedStatus, timeoutSeconds }: HttpAction & { readonly name: string },
  key: string,
): Promise<string> {
  const { host } = new URL(url);
  let status: number;
  try {
    const response = await fetch(url, {
      method,
      headers: { 'Idempotency-Key': key, ...headers },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutSeconds * 1000),
    });
    await response.body?.cancel();
    ({ status } = response);
  } catch (error) {
    throw new MaintenanceFailed(name, troubleOf(host, error, timeoutSeconds));
  }
  const isRight = expectedStatus === null ? status >= 200 && status < 300 : status === expectedStatus;
  if (isRight) return `HTTP ${status}`;
  throw new MaintenanceFailed(name, answeredWrongly({ host, status, expected: expectedStatus ?? '2xx' }));
}

function troubleOf(host: string, error: unknown, seconds: number): Message {
  if ((error as Error).name === 'TimeoutError') return answeredTooLate({ host, seconds });
  const { code } = ((error as Error).cause ?? {}) as { code?: unknown };
  return hostUnreachable({ host, code: typeof code === 'string' && /^\w{1,40}$/.test(code) ? code : 'no code' });
}
