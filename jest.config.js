/** One Jest configuration with a project a folder; `script/test` chooses the projects. */
const base = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2023',
          parser: { syntax: 'typescript', importAttributes: true },
          experimental: { keepImportAttributes: true },
        },
        module: { type: 'es6' },
      },
    ],
  },
  testPathIgnorePatterns: ['/node_modules/', '/.runtime/', '/.data/'],
  modulePathIgnorePatterns: ['<rootDir>/.runtime/', '<rootDir>/.data/', '<rootDir>/bench/'],
};
const servers = {
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
};
/** Departments' databases as well. */
const sqlServers = {
  globalSetup: '<rootDir>/test/support/global-setup-sql.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown-sql.ts',
};
const folder = (name, extra = {}) => ({
  ...base,
  ...extra,
  displayName: name,
  testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
});

export default {
  maxWorkers: 2,
  testTimeout: 30_000,
  projects: [
    { ...base, displayName: 'unit', testMatch: ['<rootDir>/src/**/*.test.ts'] },
    folder('connectors'),
    folder('architecture'),
    folder('contract', servers),
    folder('integration', sqlServers),
    folder('journey', servers),
    folder('faults', servers),
  ],
};
