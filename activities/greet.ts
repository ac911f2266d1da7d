/** Nothing but the sign that a worker takes steps from the queue that this came through. */
export function greet() {
  return async (): Promise<void> => {};
}
