import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { METADATA_ENCODING_KEY, type Payload, type PayloadCodec } from '@temporalio/common';
import { decode as decodeText, encode as encodeText } from '@temporalio/common/lib/encoding.js';
import proto from '@temporalio/proto';
import { MigrationError } from '../../engine/common/errors.ts';
import { payloadDamaged, payloadKeyMissing } from '../../engine/messages/worker/temporal.ts';

const ENCODING = 'binary/encrypted';
const KEY_ID = 'encryption-key-id';
const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** The length of a key, in bytes. */
export const KEY_BYTES = 32;

const { Payload: PayloadMessage } = proto.temporal.api.common.v1;

/**
 * Encrypts every payload that leaves for Temporal (inputs, results, messages, queries) with AES-256-GCM: the server and
 * its database then hold nothing that can be read. The first key encrypts, and every key decrypts, so that keys can be
 * changed while workflows are open. Payloads from before there was a key are passed as they are.
 */
export class EncryptionCodec implements PayloadCodec {
  readonly #keys: ReadonlyMap<string, Buffer>;
  readonly #current: string;

  /** @param keys of 32 bytes each, at least one */
  constructor(keys: readonly Buffer[]) {
    this.#keys = new Map(keys.map((key) => [idOf(key), key]));
    this.#current = idOf(keys[0]!);
  }

  async encode(payloads: Payload[]): Promise<Payload[]> {
    return payloads.map((payload) => this.#encrypt(payload));
  }

  /** @throws MigrationError for a payload of a key that is not known, or one that was changed on its way */
  async decode(payloads: Payload[]): Promise<Payload[]> {
    return payloads.map((payload) => this.#decrypt(payload));
  }

  #encrypt(payload: Payload): Payload {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.#keys.get(this.#current)!, nonce);
    const parts = [nonce, cipher.update(PayloadMessage.encode(payload).finish()), cipher.final(), cipher.getAuthTag()];
    return {
      metadata: { [METADATA_ENCODING_KEY]: encodeText(ENCODING), [KEY_ID]: encodeText(this.#current) },
      data: Buffer.concat(parts),
    };
  }

  #decrypt(payload: Payload): Payload {
    const { metadata, data } = payload;
    const encoding = metadata?.[METADATA_ENCODING_KEY];
    if (!encoding || decodeText(encoding) !== ENCODING || !data) return payload;
    const id = metadata[KEY_ID] ? decodeText(metadata[KEY_ID]) : '';
    const key = this.#keys.get(id);
    if (key === undefined) throw new MigrationError(payloadKeyMissing({ key: id }));
    const bytes = Buffer.from(data);
    const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    try {
      const plain = Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
      return PayloadMessage.decode(plain);
    } catch (error) {
      throw new MigrationError(payloadDamaged(), { cause: error });
    }
  }
}

/** What tells keys apart without giving anything of them away. */
function idOf(key: Buffer): string {
  return createHash('sha256').update('mongo-to-prisma payload key').update(key).digest('hex').slice(0, 16);
}
