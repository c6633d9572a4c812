// See runBrowserTests.ts; this makes TypeScript loadable, and a signal an ordinary exit, on which whatever was started is ended.
import { createRequire } from 'node:module';
import { register } from 'tsx/cjs/api';

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(130));
register();
const { runBrowserTests } = createRequire(import.meta.url)('./runBrowserTests.ts');
process.exit(await runBrowserTests(process.env));
