/**
 * A state as it is carried into the next execution: as text it stops workers of older builds, which would go on with it as
 * if every worker were of one source and one target.
 */
export const sealed = (snapshot: object): string => JSON.stringify(snapshot);

/** The state again; older builds, and those who begin with one, carry it as it is. */
export function opened<T>(carried: T | string | undefined): T | undefined {
  return typeof carried === 'string' ? (JSON.parse(carried) as T) : carried;
}
