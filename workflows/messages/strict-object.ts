import { z } from 'zod';

/** Letters that a name may be away from a known one to be taken for it. */
const CLOSE = 2;

/**
 * An object with just these fields: one that is not known is a problem that names it, and the known one that it is nearest to.
 * @example strictObject({ rollback: z.boolean() }) // {"rolback": true}: "rolback" is not known (is it "rollback"?)
 */
export function strictObject<S extends z.ZodRawShape>(shape: S) {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? issue.keys.map((key) => unknownField(key, known)).join(', ') : undefined,
  });
}

function unknownField(key: string, known: readonly string[]): string {
  const nearest = known.toSorted((one, other) => distance(key, one) - distance(key, other))[0];
  const isClose = nearest !== undefined && distance(key, nearest) <= CLOSE;
  return `"${key}" is not known${isClose ? ` (is it "${nearest}"?)` : ''}`;
}

/** Letters to be put in, left out or replaced until one text is the other; upper case is no difference. */
function distance(one: string, other: string): number {
  const letters = [...other.toLowerCase()];
  let row = [0, ...letters.keys()].map((_, place) => place);
  for (const [line, letter] of [...one.toLowerCase()].entries()) {
    const above = row;
    row = [line + 1];
    for (const [place, its] of letters.entries()) {
      const replaced = above[place]! + (its === letter ? 0 : 1);
      row.push(Math.min(replaced, above[place + 1]! + 1, row[place]! + 1));
    }
  }
  return row.at(-1)!;
}

/** All that is wrong, each with the field that it is about; `whole` is what has no field. */
export function problemsOf({ issues }: z.ZodError, whole: string): string[] {
  return issues.map(({ path, message }) => `${path.join('.') || whole}: ${message}`);
}
