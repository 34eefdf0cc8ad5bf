/** One Jest configuration; `script/test` chooses the folders and the servers. */
export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, module: { type: 'es6' } },
    ],
  },
  testMatch: ['<rootDir>/src/**/*.test.ts', '<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/.runtime/', '/.data/'],
  modulePathIgnorePatterns: ['<rootDir>/.runtime/', '<rootDir>/.data/', '<rootDir>/bench/'],
  maxWorkers: 2,
  testTimeout: 30_000,
};
