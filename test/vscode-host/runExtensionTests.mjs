// See runExtensionTests.ts; this only makes TypeScript loadable.
import { createRequire } from 'node:module';
import { register } from 'tsx/cjs/api';

register();
const { runExtensionTests } = createRequire(import.meta.url)('./runExtensionTests.ts');
process.exitCode = await runExtensionTests(process.env);
