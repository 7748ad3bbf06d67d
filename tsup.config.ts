// Decides what is built into dist/: one bundle with shared chunks for the package's faces and the command,
// so that all faces throw the same RingError. Dependencies stay outside; what belongs to a face stands in its own file.
import { defineConfig } from 'tsup';

export default defineConfig({
  entry: {
    ring: 'adapters/ring.ts',
    handlers: 'handlers/index.ts',
    core: 'core/index.ts',
    cli: 'adapters/cli/main.ts',
  },
  format: 'esm',
  target: 'node20',
  platform: 'node',
  splitting: true,
  clean: true,
  removeNodeProtocol: false,
  dts: { compilerOptions: { ignoreDeprecations: '6.0', composite: false, types: ['node'] } },
});
