import { spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { outputOf, project } from '../../support/scripts.ts';

let registry: Server | null = null;
afterEach(() => {
  registry?.close();
});

/** What `npm run audit` says of a registry that answers so. @param advisories null where it serves no audits */
async function audit(advisories: Readonly<Record<string, unknown>> | null) {
  registry = createServer((request, response) => {
    const isAudit = request.method === 'POST' && request.url?.endsWith('/advisories/bulk') === true;
    response.statusCode = advisories === null ? 405 : isAudit ? 200 : 404;
    response.setHeader('Content-Type', 'application/json');
    request.resume().once('end', () => response.end(JSON.stringify(isAudit ? (advisories ?? {}) : {})));
  });
  await new Promise<void>((resolve) => registry!.listen(0, '127.0.0.1', resolve));
  const { port } = registry.address() as AddressInfo;
  const args = ['--import', 'tsx', 'scripts/audit.ts', `--registry=http://127.0.0.1:${port}`];
  const env = { ...process.env, NODE_OPTIONS: '' };
  return outputOf(spawn(process.execPath, args, { cwd: project, env, stdio: ['ignore', 'pipe', 'pipe'] }));
}

test('a known vulnerability fails the audit, and is named', async () => {
  const advisory = { id: 1, url: 'https://example.org/1', title: 'bad', severity: 'high', vulnerable_versions: '<999' };
  const { code, out } = await audit({ mongoose: [{ ...advisory, cwe: [], cvss: { score: 0, vectorString: null } }] });
  expect(out).toMatch(/^mongoose: high$/m);
  expect(code).toBe(1);
});

test('no known vulnerability passes', async () => {
  expect(await audit({})).toMatchObject({ code: 0, out: 'Audited: 0 packages with known vulnerabilities.\n' });
});

test('a registry that serves no audits fails nobody, and says so', async () => {
  expect(await audit(null)).toMatchObject({ code: 0, out: expect.stringMatching(/^Not audited/) });
});
