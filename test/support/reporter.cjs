// Mocha's usual output, and at the end the result in the file that KEEPSAKE_TEST_RESULT names, for test/run.mjs.
const Mocha = require('mocha');
const { countTests, reportSuiteResult } = require('./suiteResult.ts');

class CountingReporter extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const result = countTests(runner);
    runner.once(Mocha.Runner.constants.EVENT_RUN_END, () => reportSuiteResult(result, process.env));
  }
}

module.exports = CountingReporter;
