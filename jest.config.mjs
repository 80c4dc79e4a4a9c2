const common = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'es6' } }] },
}

export default {
  // Unit tests that start programs wait for a machine that may be busy with something else; the usual five seconds are too short then.
  testTimeout: 60_000,
  projects: [
    { ...common, displayName: 'unit', testMatch: ['<rootDir>/__tests__/**/*.test.ts'], testPathIgnorePatterns: ['\\.itg\\.test\\.ts$'] },
    // What takes many minutes on top, and belongs to parts that a release does not hang on, is run on request only.
    { ...common, displayName: 'itg', testMatch: ['<rootDir>/__tests__/**/*.itg.test.ts'], testPathIgnorePatterns: process.env.KMOD_GATE_EXTENDED === undefined ? ['/itg/extended/'] : [] },
  ],
}
