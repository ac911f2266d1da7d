import { GracefulShutdownPeriodExpiredError, type Worker } from '@temporalio/worker';

/** The Temporal workers of one process, one a task queue; they end together. */
export class PolledQueues {
  /** Settles when all have ended: fulfilled after `stop`, rejected when one could not go on. */
  readonly run: Promise<void>;
  readonly #make: (taskQueue: string) => Promise<Worker>;
  readonly #polled = new Map<string, Promise<Worker>>();
  readonly #runs: Promise<void>[] = [];
  #isEnding = false;
  #fault: unknown = null;
  #ended: () => void = () => {};

  /** @param make a worker of a task queue, which does not poll yet */
  constructor(make: (taskQueue: string) => Promise<Worker>) {
    this.#make = make;
    const ended = new Promise<void>((resolve) => {
      this.#ended = resolve;
    });
    this.run = ended.then(async () => {
      await Promise.allSettled(this.#polled.values());
      await Promise.all(this.#runs);
      if (this.#fault !== null) throw this.#fault;
    });
    // Whoever waits for it later hears of it then.
    this.run.catch(() => {});
  }

  polls(taskQueue: string): boolean {
    return this.#polled.has(taskQueue);
  }

  /** Polls a queue from now on; nothing when it is polled already, or when the end has come. */
  async poll(taskQueue: string): Promise<void> {
    if (this.#isEnding) return;
    const polled = this.#polled.get(taskQueue) ?? this.#begin(taskQueue);
    this.#polled.set(taskQueue, polled);
    polled.catch(() => this.#polled.delete(taskQueue));
    await polled;
  }

  async #begin(taskQueue: string): Promise<Worker> {
    const worker = await this.#make(taskQueue);
    const run = worker.run().catch((error: unknown) => {
      // An activity that did not answer in time is left behind its fence; the next attempt goes on without it.
      if (!(error instanceof GracefulShutdownPeriodExpiredError)) this.#fault ??= error;
    });
    this.#runs.push(run.then(() => this.#end()));
    if (this.#isEnding) shutDown(worker);
    return worker;
  }

  /** One that has ended takes the others along. */
  #end(): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    for (const polled of this.#polled.values()) polled.then(shutDown, () => {});
    this.#ended();
  }

  /** Takes no more work, and waits until what is under way has ended. @throws whatever has kept one from going on */
  async stop(): Promise<void> {
    this.#end();
    await this.run;
  }
}

function shutDown(worker: Worker): void {
  if (worker.getState() === 'RUNNING') worker.shutdown();
}
