import type { RawDocument } from './source.ts';

/**
 * A batch ends here even when it holds fewer documents, so that the next one is prepared while it is written; a larger
 * document stands alone.
 */
const BATCH_BYTES = 256 * 1024;

/** Groups documents into batches of at most `size` documents and about 256 KiB. */
export async function* batches(documents: AsyncIterable<RawDocument>, size: number): AsyncGenerator<RawDocument[]> {
  let batch: RawDocument[] = [];
  let bytes = 0;
  for await (const document of documents) {
    if (batch.length > 0 && bytes + document.bytes.length > BATCH_BYTES) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(document);
    bytes += document.bytes.length;
    if (batch.length < size) continue;
    yield batch;
    batch = [];
    bytes = 0;
  }
  if (batch.length > 0) yield batch;
}

/** Such a document stands alone, and keeps the process busy for seconds; a batch of others is smaller. */
const LARGE = 1024 * 1024;

/** Whether a batch is one large document: with nothing else beside it there is room for it, and nobody waits too long. */
export function isLarge(batch: readonly RawDocument[]): boolean {
  return batch.length === 1 && batch[0]!.bytes.length >= LARGE;
}
