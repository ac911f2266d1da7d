import { z } from 'zod';

/**
 * An object with just these fields: one that is not known is a problem that names it, and the known one that it is nearest to.
 * @example strictObject({ rollback: z.boolean() }) // {"rolback": true}: "rolback" is not known (is it "rollback"?)
 */
export function strictObject<S extends z.ZodRawShape>(shape: S) {
  const known = Object.keys(shape);
  // Zod takes an issue as it is after this, so that the issue carries the names.
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code === 'unrecognized_keys') Object.assign(issue, { known });
      return undefined;
    },
  });
}
