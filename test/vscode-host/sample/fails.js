'use strict';
const fs = require('node:fs');

exports.run = () => {
  fs.writeFileSync(process.env.KEEPSAKE_SUITE_RESULT, '{}');
  return Promise.reject(new Error('on purpose'));
};
