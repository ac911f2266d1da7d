import type { DemoOptions } from '../../../scripts/demo/data/options.ts';

/** The fewest documents that hold every spoiled one of the demo data: 120, 40, 40, 20 and 70. */
export const SMALL_DEMO: DemoOptions = {
  mix: {
    documents: 290,
    shares: { users: 120 / 290, artists: 40 / 290, projects: 40 / 290, fundingprojects: 20 / 290, payments: 70 / 290 },
  },
};
