import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { ConfigurationError } from '../../../../engine/common/errors.ts';
import { nothingEncrypted, portUnusable } from '../../../../engine/messages/commands/options.ts';
import { codecServerAt, codecServerUse } from '../../../../engine/messages/commands/starting.ts';
import { eachOnALine } from '../../../../engine/messages/lines.ts';
import { readConfiguration } from '../../../../worker/configuration.ts';
import { createCodecServer } from '../../../../worker/temporal/codec-server.ts';
import { EncryptionCodec } from '../../../../worker/temporal/payload-codec.ts';
import { EXIT } from '../../exit-codes.ts';
import { io } from '../../io.ts';

/**
 * `codec-server`: keeps a codec server up on this machine only, since whoever reaches it can read everything. Its address
 * holds a token that is another one each time.
 * @throws ConfigurationError when there are no PAYLOAD_KEYS
 */
export async function codecServer({ port, origin }: { port: number; origin: string }): Promise<number> {
  const { payloadKeys } = readConfiguration(io().environment()).temporal;
  if (payloadKeys.length === 0) throw new ConfigurationError([nothingEncrypted()]);
  const token = randomBytes(24).toString('base64url');
  const server = createCodecServer(new EncryptionCodec(payloadKeys), { origin, token });
  server.listen(port, '127.0.0.1');
  const up = once(server, 'listening');
  await up.catch((error: NodeJS.ErrnoException) => {
    throw new ConfigurationError([portUnusable({ port: String(port), code: String(error.code) })]);
  });
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/${token}`;
  io().out.write(`${eachOnALine([codecServerAt({ address, origin }), codecServerUse({ address })]).text}\n`);
  await Promise.race((['SIGINT', 'SIGTERM'] as const).map((signal) => once(process, signal)));
  server.close();
  server.closeAllConnections();
  return EXIT.done;
}
