import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { SourceUnavailable } from '../../common/errors.ts';
import { DAMAGE, dumpUnreadable, FILE_REASONS, spoolUnwritable } from '../../messages/engine/source.ts';
import { labelled } from '../../messages/message.ts';
import { damaged } from './document-splitter.ts';

const PIECE = 1024 * 1024;

/** A file of a dump to be streamed. */
export interface DumpFile {
  readonly path: string;
  /** How messages call it. */
  readonly name: string;
  readonly gzip: boolean;
}

/**
 * Streams a file, unpacked when it is gzip, in pieces of up to 1 MiB; the next is read when the last was taken.
 * @param onRead told how many bytes of the file were read so far, for a progress display
 * @throws SourceUnavailable when the file cannot be read, or its gzip is cut short, fails its checksum or is followed by
 * anything but zeros.
 */
export async function streamFile(
  file: DumpFile,
  take: (piece: Buffer) => Promise<void>,
  onRead: (total: number) => void = () => {},
): Promise<void> {
  const input = createReadStream(file.path, { highWaterMark: PIECE });
  const gunzip = file.gzip ? input.pipe(createGunzip({ chunkSize: PIECE })) : null;
  const unpacked: Readable = gunzip ?? input;
  if (gunzip) input.on('error', (error) => gunzip.destroy(error));
  try {
    // Not stream.pipeline: it would give up at once when unpacking fails, while `take` is still at work.
    for await (const piece of unpacked) {
      await take(piece as Buffer);
      onRead(input.bytesRead);
    }
    if (gunzip) await requireZeros(file, gunzip.bytesWritten);
  } catch (error) {
    throw toSourceError(error, file);
  } finally {
    input.destroy();
    unpacked.destroy();
  }
}

/** gzip may be padded with zeros. Node stops at the first one, whatever comes after: another member may. */
async function requireZeros(file: DumpFile, from: number): Promise<void> {
  let at = from;
  for await (const piece of createReadStream(file.path, { start: from, highWaterMark: PIECE })) {
    const place = (piece as Buffer).findIndex((byte) => byte !== 0);
    if (place >= 0) throw damaged(file.name, at + place, labelled(DAMAGE.goesOnAfterZeros));
    at += (piece as Buffer).length;
  }
}

/** All of a file that is small, unpacked when it is gzip. @throws SourceUnavailable as {@link streamFile} */
export async function readFileWhole(file: DumpFile): Promise<Buffer> {
  const pieces: Buffer[] = [];
  await streamFile(file, async (piece) => {
    pieces.push(piece);
  });
  return Buffer.concat(pieces);
}

function toSourceError(error: unknown, file: DumpFile): unknown {
  if (error instanceof SourceUnavailable) return error;
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (code === 'Z_BUF_ERROR') return damaged(file.name, null, labelled(DAMAGE.gzipCut));
  if (code.startsWith('Z_')) return damaged(file.name, null, labelled(DAMAGE.gzipInvalid));
  return unreadable(error, file.name);
}

/** What to tell the operator of a file error under the dump; any other error as it is. */
export function unreadable(error: unknown, name: string, spoolFolder?: string): unknown {
  const { code, syscall, path } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) return error;
  if (syscall === 'write' || code === 'ENOSPC' || (spoolFolder && path?.startsWith(spoolFolder))) {
    return new SourceUnavailable(spoolUnwritable({ code }));
  }
  const reason = FILE_REASONS[code as keyof typeof FILE_REASONS];
  return new SourceUnavailable(dumpUnreadable({ place: name, why: reason === undefined ? code : labelled(reason) }));
}
