// See runBrowserTests.ts; this only makes TypeScript loadable.
import { createRequire } from 'node:module';
import { register } from 'tsx/cjs/api';

register();
const { runBrowserTests } = createRequire(import.meta.url)('./runBrowserTests.ts');
process.exitCode = await runBrowserTests(process.env);
