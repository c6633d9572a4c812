'use strict';
// In place of the native @vscode/spdlog, which an install without scripts leaves unbuilt: the same interface, plain appends.
const fs = require('node:fs');
const path = require('node:path');

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'critical'];

class Logger {
  constructor(_kind, _name, file) {
    this.file = file;
    this.level = 2;
    this.bare = false;
  }

  write(level, message) {
    if (level < this.level) return;
    const line = this.bare ? message : `${new Date().toISOString()} [${LEVELS[level]}] ${message}\n`;
    try {
      fs.appendFileSync(this.file, line);
    } catch {
      // The folder is gone: VS Code is being shut down.
    }
  }

  getLevel() {
    return this.level;
  }

  setLevel(level) {
    this.level = level;
  }

  clearFormatters() {
    this.bare = true;
  }

  setPattern() {}
  flush() {}
  drop() {}
}

for (const [level, name] of LEVELS.entries()) {
  Logger.prototype[name] = function (message) {
    this.write(level, message);
  };
}

async function createLogger(name, file) {
  await fs.promises.mkdir(path.dirname(file), { recursive: true });
  return new Logger('rotating', name, file);
}

// One assignment each: Node finds the names that `import` may use only when they are written like this.
exports.version = 0;
exports.setLevel = () => {};
exports.setFlushOn = () => {};
exports.Logger = Logger;
exports.createRotatingLogger = createLogger;
exports.createAsyncRotatingLogger = createLogger;
