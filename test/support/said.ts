import type { DiffIo } from '../../server/src/cli/diff.ts';
import { nodeSession } from '../../server/src/remote/nodeTools.ts';

/** Keeps what `keepsake diff` says on its two outputs, without colours. */
export class Said {
  out = '';
  err = '';

  /** What the command is given to speak by, until `signal`. */
  io(signal: AbortSignal = new AbortController().signal): DiffIo {
    return {
      out: (text) => {
        this.out += text;
        return Promise.resolve();
      },
      err: (text) => {
        this.err += text;
      },
      colour: false,
      signal,
      tools: nodeSession,
    };
  }
}
