import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A bash script for {@link ZfsMachine.exec}: writes what a NixOS machine has written since its blank snapshot, odd names included, and
 * bind-mounts from /persist what is kept, as impermanence does. Says nothing and exits 0 when all of it is written.
 */
export function scenario(): string {
  return readFileSync(join(import.meta.dirname, 'scenario.sh'), 'utf8');
}
