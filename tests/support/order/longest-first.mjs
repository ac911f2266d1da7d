import { readFileSync, statSync } from 'node:fs';
import { relative } from 'node:path';

/** Seconds that each file took, of a whole run alone on two cores: `RECORD_DURATIONS=1 npm test` writes them anew. */
const DURATIONS = JSON.parse(readFileSync(new URL('./durations.json', import.meta.url), 'utf8'));

/**
 * Jest's order of test files: the longest first, so that none of them is left running alone at the end. A file that has
 * no duration yet counts a second a kilobyte.
 */
export default class LongestFirst {
  sort(tests) {
    const lasts = ({ path, context }) =>
      DURATIONS[relative(context.config.rootDir, path)] ?? statSync(path).size / 1_000;
    return [...tests].sort((a, b) => lasts(b) - lasts(a) || a.path.localeCompare(b.path));
  }

  allFailedTests(tests) {
    return tests;
  }

  /** Jest's own record of durations lies outside the checkout: a fresh one has none. */
  cacheResults() {}
}
