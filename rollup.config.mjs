import commonjs from '@rollup/plugin-commonjs'
import json from '@rollup/plugin-json'
import { nodeResolve } from '@rollup/plugin-node-resolve'
import esbuild from 'rollup-plugin-esbuild'
import { rmSync, writeFileSync } from 'node:fs'

const DIRECTORY = process.env.KMOD_GATE_DIST ?? 'dist'

// dist/ stands alone: a package.json above it could say another module type.
const packageType = {
  name: 'package-type',
  buildStart: () => rmSync(DIRECTORY, { recursive: true, force: true }),
  writeBundle: () => writeFileSync(`${DIRECTORY}/package.json`, '{ "type": "module" }\n'),
}

/** A megabyte that @actions/core brings along for getIDToken(), which nothing here calls: a module of these that gives nothing does nothing. */
const ONLY_WHEN_USED = /\/node_modules\/(?:@actions\/core\/lib\/oidc-utils|@actions\/http-client\/|undici\/|tunnel\/)/

export default {
  treeshake: { moduleSideEffects: (id) => !ONLY_WHEN_USED.test(id) },
  input: { 'action/index': 'src/action/main.ts', 'cli/index': 'src/cli/main.ts', 'kernels/index': 'src/matrix/main.ts', 'verdict/index': 'src/verdict/main.ts', 'boot/index': 'src/handover/main.ts', 'cache/index': 'src/host/actions-cache.ts', 'tool-cache/index': 'src/host/actions-tool-cache.ts' },
  output: { dir: DIRECTORY, format: 'es', entryFileNames: '[name].js', chunkFileNames: 'shared/[name].js', hoistTransitiveImports: false },
  // @actions/http-client looks at `this` of the module it was compiled from; it is undefined on purpose.
  onwarn: (warning, warn) => (['THIS_IS_UNDEFINED', 'CIRCULAR_DEPENDENCY'].includes(warning.code) ? undefined : warn(warning)),
  // Names stay and nothing is minified: the bundle is read by those who run it as root.
  plugins: [packageType, nodeResolve({ preferBuiltins: true, exportConditions: ['node'] }), commonjs(), json(), esbuild({ target: 'node18', keepNames: false })],
}
