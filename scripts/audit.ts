/** `npm run audit`: known vulnerabilities of the dependencies, where the registry tells any; some mirrors do not. */

import { spawnSync } from 'node:child_process';
import { z } from 'zod';
import { jsonOrNull } from '../engine/common/read-json.ts';

const report = z.object({
  vulnerabilities: z.record(z.string(), z.object({ severity: z.string() })),
});

/** A registry that is away is not waited for, since nothing here depends on it. */
const NPM = ['audit', '--json', '--fetch-retries=0', '--fetch-timeout=30000'];

const { stdout } = spawnSync('npm', [...NPM, ...process.argv.slice(2)], {
  encoding: 'utf8',
  maxBuffer: 64 * 1024 * 1024,
  stdio: ['ignore', 'pipe', 'ignore'],
});
const told = report.safeParse(jsonOrNull(stdout));
if (!told.success) {
  process.stdout.write('Not audited: this registry serves no audits, or is away.\n');
} else {
  const found = Object.entries(told.data.vulnerabilities);
  for (const [name, { severity }] of found) process.stdout.write(`${name}: ${severity}\n`);
  process.stdout.write(`Audited: ${found.length} packages with known vulnerabilities.\n`);
  process.exitCode = found.length === 0 ? 0 : 1;
}
