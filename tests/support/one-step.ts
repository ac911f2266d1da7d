import { proxyActivities } from '@temporalio/workflow';

/** A workflow of the tests’ own: carries out one step by its name, without another try. */
export async function oneStep(name: string, ref: unknown): Promise<unknown> {
  const steps = proxyActivities<Record<string, (ref: unknown) => Promise<unknown>>>({
    startToCloseTimeout: '1 minute',
    retry: { maximumAttempts: 1 },
  });
  return steps[name]!(ref);
}
