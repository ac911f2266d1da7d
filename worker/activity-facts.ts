import { type Attributes, trace } from '@opentelemetry/api';
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';

/** What of an activity’s input says where in a migration it works; nothing else of it goes into a trace. */
interface Place {
  readonly run?: { readonly runId?: string };
  readonly stage?: string;
  readonly partition?: number;
  readonly sequence?: number;
}

/** Adds to an activity’s span which run, stage, partition and segment it works on. */
export const activityFacts: ActivityInboundCallsInterceptor = {
  execute: (input, next) => {
    const { run, stage, partition, sequence } = (input.args[0] ?? {}) as Place;
    trace.getActiveSpan()?.setAttributes(
      defined({
        'mongo_to_prisma.run_id': run?.runId,
        'mongo_to_prisma.stage': stage,
        'mongo_to_prisma.partition': partition,
        'mongo_to_prisma.segment': sequence,
      }),
    );
    return next(input);
  },
};

function defined(attributes: Attributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
}
