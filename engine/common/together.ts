/**
 * As `Promise.all`, but what fails is thrown only when nothing is under way any more: transactions must not go on behind
 * the back of whoever has been told that the step has failed.
 */
export async function together<T extends readonly unknown[]>(...work: { [K in keyof T]: Promise<T[K]> }): Promise<T> {
  await Promise.allSettled(work);
  return Promise.all(work) as unknown as Promise<T>;
}
