'use strict';
// In place of the native @vscode/native-watchdog: the extension host ends itself when the process it belongs to has gone.
exports.start = (pid) => {
  const timer = setInterval(() => {
    try {
      process.kill(pid, 0);
    } catch {
      process.exit(87);
    }
  }, 2000);
  timer.unref();
};
exports.exit = (code) => process.exit(code || 0);
