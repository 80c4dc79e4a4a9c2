import js from '@eslint/js'
import tseslint from 'typescript-eslint'

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'coverage/'] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-confusing-void-expression': 'off',
      'no-control-regex': 'off',
    },
  },
  {
    files: ['**/*.mjs'],
    ...tseslint.configs.disableTypeChecked,
    languageOptions: {
      ...tseslint.configs.disableTypeChecked.languageOptions,
      globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } } },
  // Only the entries and the host may touch @actions/*: every room stays testable without module mocks.
  {
    files: ['src/**/*.ts'],
    ignores: ['src/action/**', 'src/host/**', 'src/*/main.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: [{ group: ['@actions/*'], message: 'Only src/action and src/host import @actions/*.' }, { group: ['node:child_process'], message: 'Processes are started through Host.' }] }] },
  },
)
