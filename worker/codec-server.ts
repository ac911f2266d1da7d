import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Payload, PayloadCodec } from '@temporalio/common';
import proto from '@temporalio/proto';

const { Payloads } = proto.temporal.api.common.v1;

/** Temporal bounds a payload by 2 MiB; base64 adds a third, and the UI asks for several at once. */
const LARGEST = 32 * 1024 * 1024;

/**
 * The HTTP side of a codec, as the Temporal UI and `temporal --codec-endpoint` ask for it: POST /decode and /encode,
 * each with `{"payloads": […]}` (https://docs.temporal.io/codec-server).
 * @param origin whose pages may ask; no other page of the operator's browser gets an answer it could read
 */
export function createCodecServer(codec: PayloadCodec, origin: string): Server {
  return createServer((request, response) => {
    response.setHeader('Access-Control-Allow-Origin', origin);
    response.setHeader('Access-Control-Allow-Methods', 'POST, OPTIONS');
    response.setHeader('Access-Control-Allow-Headers', 'content-type, x-namespace, authorization');
    answer(codec, request, response).catch(() => end(response, 400, 'The payloads cannot be read.'));
  });
}

async function answer(codec: PayloadCodec, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === 'OPTIONS') return end(response, 204, '');
  const path = new URL(request.url ?? '/', 'http://localhost').pathname;
  const work = path === '/decode' ? codec.decode : path === '/encode' ? codec.encode : null;
  if (request.method !== 'POST' || work === null) return end(response, 404, 'POST /decode or /encode.');
  const { payloads } = Payloads.fromObject(JSON.parse(await bodyOf(request)));
  const done = await work.call(codec, payloads as Payload[]);
  response.setHeader('Content-Type', 'application/json');
  end(response, 200, JSON.stringify(Payloads.fromObject({ payloads: done }).toJSON()));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request) {
    bytes += (part as Buffer).length;
    if (bytes > LARGEST) throw new RangeError('too large');
    parts.push(part as Buffer);
  }
  return Buffer.concat(parts).toString('utf8');
}

function end(response: ServerResponse, status: number, text: string): void {
  response.statusCode = status;
  response.end(text);
}
