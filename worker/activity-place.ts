import { AsyncLocalStorage } from 'node:async_hooks';
import { type Attributes, trace } from '@opentelemetry/api';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';

/** Where in a migration an activity works, as log lines and traces tell it: names and numbers, nothing of a document. */
export interface ActivityPlace {
  readonly run?: string;
  readonly stage?: string;
  readonly partition?: number;
  readonly segment?: number;
}

const places = new AsyncLocalStorage<ActivityPlace>();

/** The place of the activity that is running; empty outside of one. */
export function currentPlace(): ActivityPlace {
  return places.getStore() ?? {};
}

/** The names of its parts in a span. */
const ATTRIBUTES: Readonly<Record<keyof ActivityPlace, string>> = {
  run: 'mongo_to_prisma.run_id',
  stage: 'mongo_to_prisma.stage',
  partition: 'mongo_to_prisma.partition',
  segment: 'mongo_to_prisma.segment',
};

/** Gives every log line of an activity, the SDK’s own included, and its span the place that its input names. */
export const tellPlace: ActivityInterceptorsFactory = () => {
  let place: ActivityPlace = {};
  return {
    inbound: {
      execute: (input, next) => {
        place = placeIn(input.args[0]);
        const attributes: Attributes = {};
        for (const [part, value] of Object.entries(place)) attributes[ATTRIBUTES[part as keyof ActivityPlace]] = value;
        trace.getActiveSpan()?.setAttributes(attributes);
        return places.run(place, () => next(input));
      },
    },
    outbound: { getLogAttributes: (attributes, next) => next({ ...attributes, ...place }) },
  };
};

interface Input {
  readonly run?: { readonly runId?: string };
  readonly stage?: string;
  readonly partition?: number;
  readonly sequence?: number;
}

function placeIn(input: unknown): ActivityPlace {
  const { run, stage, partition, sequence } = (input ?? {}) as Input;
  const parts = Object.entries({ run: run?.runId, stage, partition, segment: sequence });
  return Object.fromEntries(parts.filter(([, value]) => value !== undefined));
}
