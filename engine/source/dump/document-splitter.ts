import { SourceUnavailable } from '../../common/errors.ts';
import { int32At, LARGEST_DOCUMENT, SMALLEST_DOCUMENT } from '../../document/bson/raw-bson.ts';
import { byteOf, dumpDamaged, endsInDocument, impossibleLength } from '../../messages/engine/source.ts';
import type { Message } from '../../messages/message.ts';

/** What a stream of BSON consists of; `offset` is the place in the whole (unpacked) stream. */
export interface StreamParts {
  /** A whole document lies in `chunk` from `start` to `end`. */
  document(chunk: Buffer, start: number, end: number, offset: number): void;
  /** The four bytes 0xffffffff that end a block of an archive; absent, they are damage. */
  terminator?(offset: number): void;
  /** Everything complete in this chunk was handed out. */
  chunkEnd(): void;
}

/** An operator's sentence for a dump that cannot be trusted. */
export function damaged(where: string, offset: number | null, what: Message): SourceUnavailable {
  const place = offset === null ? where : byteOf({ place: where, offset: String(offset) });
  return new SourceUnavailable(dumpDamaged({ place, what }));
}

/** Cuts a stream that comes in pieces of any size into documents, keeping at most one unfinished document. */
export class DocumentSplitter {
  private readonly name: string;
  private readonly parts: StreamParts;
  private held: Buffer[] = [];
  private heldLength = 0;
  private needed = 4;
  private offset: number;

  /** @param offset the place in the stream at which the first byte pushed stands */
  constructor(name: string, parts: StreamParts, offset = 0) {
    this.name = name;
    this.parts = parts;
    this.offset = offset;
  }

  /** @throws SourceUnavailable when a length cannot be one of a document. */
  push(piece: Buffer): void {
    this.held.push(piece);
    this.heldLength += piece.length;
    if (this.heldLength < this.needed) return;
    const chunk = this.held.length === 1 ? piece : Buffer.concat(this.held);
    const used = this.split(chunk);
    this.parts.chunkEnd();
    const rest = chunk.subarray(used);
    this.offset += used;
    this.held = rest.length > 0 ? [rest] : [];
    this.heldLength = rest.length;
  }

  private split(chunk: Buffer): number {
    let at = 0;
    for (;;) {
      this.needed = 4;
      if (chunk.length - at < 4) return at;
      const size = int32At(chunk, at);
      if (size === -1 && this.parts.terminator) {
        this.parts.terminator(this.offset + at);
        at += 4;
        continue;
      }
      if (size < SMALLEST_DOCUMENT || size > LARGEST_DOCUMENT) {
        throw damaged(this.name, this.offset + at, impossibleLength({ bytes: String(size) }));
      }
      this.needed = size;
      if (chunk.length - at < size) return at;
      this.parts.document(chunk, at, at + size, this.offset + at);
      at += size;
    }
  }

  /** @throws SourceUnavailable when the stream ended within a document. */
  end(): void {
    if (this.heldLength === 0) return;
    throw damaged(this.name, this.offset, endsInDocument({ bytes: this.heldLength }));
  }
}
