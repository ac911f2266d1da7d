/** Finds the tests, and runs what they were compiled to as plain ES modules (`tests/support/jest/runtime.cjs`). */
export default {
  testMatch: ['<rootDir>/tests/**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  transform: {},
  runtime: '<rootDir>/tests/support/jest/runtime.cjs',
  testEnvironment: '<rootDir>/tests/support/jest/environment.cjs',
  globalSetup: '<rootDir>/dist/tests/support/jest/global-setup.js',
  globalTeardown: '<rootDir>/dist/tests/support/jest/global-teardown.js',
  testSequencer: '<rootDir>/tests/support/order/longest-first.mjs',
  // For tests that hang: a story of twenty commands, each a process of its own, takes minutes where others work beside it.
  testTimeout: 400_000,
  // Tests of interruptions and commands wait more than they compute.
  maxWorkers: 4,
};
