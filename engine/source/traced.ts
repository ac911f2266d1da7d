import { SpanStatusCode, trace } from '@opentelemetry/api';

/** Costs next to nothing where no process has started traces: its spans are then of nobody. */
const tracer = trace.getTracer('mongo-to-prisma');

/**
 * Does a piece of work as a span of the trace that is under way. Errors are told by name only, since the messages of
 * drivers quote values.
 * @param counts counts and the like; never anything of a document
 */
export function traced<T>(name: string, counts: Readonly<Record<string, number>>, work: () => Promise<T>): Promise<T> {
  return tracer.startActiveSpan(name, { attributes: counts }, async (span) => {
    try {
      return await work();
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : 'Error' });
      throw error;
    } finally {
      span.end();
    }
  });
}

/** Each wait for the next one is a span. */
export async function* tracedWaits<T>(name: string, all: AsyncIterable<T>): AsyncGenerator<T> {
  const iterator = all[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await traced(name, {}, () => iterator.next());
      if (next.done) return;
      yield next.value;
    }
  } finally {
    await iterator.return?.();
  }
}
