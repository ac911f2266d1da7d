/** Tests are ESM (Prisma's client needs it): run with NODE_OPTIONS=--experimental-vm-modules. */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/tests/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'es6' } },
    ],
  },
  globalSetup: '<rootDir>/tests/support/global-setup.ts',
  globalTeardown: '<rootDir>/tests/support/global-teardown.ts',
  testSequencer: '<rootDir>/tests/support/order/longest-first.mjs',
  // For tests that hang: a story of twenty commands, each a process of its own, takes minutes where others work beside it.
  testTimeout: 400_000,
  // Tests of interruptions and commands wait more than they compute.
  maxWorkers: 4,
};
