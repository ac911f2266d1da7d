import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Payload, PayloadCodec } from '@temporalio/common';
import proto from '@temporalio/proto';
import { CODEC_ANSWERS } from '../../engine/messages/worker/temporal.ts';

const { Payloads } = proto.temporal.api.common.v1;

/** Temporal bounds a payload by 2 MiB; base64 adds a third, and the UI asks for several at once. */
const LARGEST = 32 * 1024 * 1024;

/** By which names a client of this machine may call it: a page whose own name leads here is none (DNS rebinding). */
const HOSTS = /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/i;

/** Who may ask. */
export interface CodecAccess {
  /** The one origin whose pages may ask: the Temporal UI’s. Programs, which send none, may ask, too. */
  readonly origin: string;
  /** The first part of every path: who does not know it gets no answer. */
  readonly token: string;
}

/**
 * The HTTP side of a codec, as the Temporal UI and `temporal --codec-endpoint` ask for it: POST /<token>/decode and
 * /<token>/encode, each with `{"payloads": […]}` (https://docs.temporal.io/codec-server).
 */
export function createCodecServer(codec: PayloadCodec, access: CodecAccess): Server {
  return createServer((request, response) => {
    answer(codec, access, request, response).catch(() => end(response, 400, CODEC_ANSWERS.unreadable.en));
  });
}

async function answer(
  codec: PayloadCodec,
  { origin, token }: CodecAccess,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { headers } = request;
  if (!HOSTS.test(headers.host ?? '')) return end(response, 403, CODEC_ANSWERS.otherHost.en);
  if (headers.origin !== undefined && headers.origin !== origin) {
    return end(response, 403, CODEC_ANSWERS.otherOrigin.en);
  }
  const [, given = '', step, ...rest] = new URL(request.url ?? '/', 'http://localhost').pathname.split('/');
  if (!isSame(given, token) || rest.length > 0) return end(response, 404, CODEC_ANSWERS.nothing.en);
  response.setHeader('Access-Control-Allow-Origin', origin);
  response.setHeader('Access-Control-Allow-Methods', 'POST, OPTIONS');
  response.setHeader('Access-Control-Allow-Headers', 'content-type, x-namespace, authorization');
  if (request.method === 'OPTIONS') return end(response, 204, '');
  const work = step === 'decode' ? codec.decode : step === 'encode' ? codec.encode : null;
  if (request.method !== 'POST' || work === null) return end(response, 404, CODEC_ANSWERS.steps.en);
  const { payloads } = Payloads.fromObject(JSON.parse(await bodyOf(request)));
  const done = await work.call(codec, payloads as Payload[]);
  response.setHeader('Content-Type', 'application/json');
  end(response, 200, JSON.stringify(Payloads.fromObject({ payloads: done }).toJSON()));
}

/** Takes as long whatever is given: the hashes are of one length, and compared whole. */
function isSame(given: string, token: string): boolean {
  const [one, other] = [given, token].map((text) => createHash('sha256').update(text).digest());
  return timingSafeEqual(one!, other!);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request) {
    bytes += (part as Buffer).length;
    if (bytes > LARGEST) throw new RangeError(CODEC_ANSWERS.tooLarge.en);
    parts.push(part as Buffer);
  }
  return Buffer.concat(parts).toString('utf8');
}

function end(response: ServerResponse, status: number, text: string): void {
  response.statusCode = status;
  response.end(text);
}
