import { createHash } from 'node:crypto';
import { afterEach, expect, test } from '@jest/globals';
import { assess } from '../../../operations/assess/assess.ts';
import { plan } from '../../../stages/plan.ts';
import { collectionsOf } from '../../engine/small-platform.ts';
import { PlatformDocuments } from '../../support/data/platform-documents.ts';
import { type Engine, openEngine, quarantineOf } from '../../support/run-engine.ts';

let engine: Engine;
afterEach(() => engine.close());

/** A text that no compression makes shorter. */
function random(seed: string, length: number): string {
  let text = '';
  for (let i = 0; text.length < length; i++) text += createHash('sha512').update(`${seed} ${i}`).digest('hex');
  return text.slice(0, length);
}

test('what an index of the target has no room for is predicted as the database refuses it', async () => {
  const make = new PlatformDocuments();
  make.user({ username: random('fits', 2_600) });
  make.user({ username: random('does not', 2_800) });
  make.user({ email: `${random('long', 9_000)}@example.com` });
  make.user({ username: 'repeats '.repeat(3_000) });
  make.user({ username: `${random('some', 1_500)}${'a'.repeat(9_000)}` });
  make.user({ bio: random('no index', 9_000) });
  make.payment({ backerEmail: `${random('payment', 4_000)}@example.com` });
  engine = await openEngine({ collections: collectionsOf(make.all) });
  const predicted: string[] = [];
  await assess(engine.source, plan, {
    ...{ sample: null, signal: new AbortController().signal, onProgress: () => {}, onNote: () => {} },
    onPrediction: ({ stage, key, code }) => void predicted.push(`${stage} ${key.toString('hex')} ${code}`),
  });
  await engine.migrate();
  const refused = await quarantineOf(engine.target);
  expect(refused.map(({ sqlstate }) => sqlstate)).toEqual(['54000', '54000', '54000']);
  expect(predicted.sort()).toEqual(refused.map(({ stage, key, code }) => `${stage} ${key} ${code}`).sort());
});
