/** Parts of a version (the Nix manual, `splitVersion`): runs of digits, runs of anything else; dots and dashes divide. */
export function versionParts(version: string): readonly string[] {
  return version.match(/\d+|[^\d.-]+/g) ?? [];
}

/** -1, 0 or 1 as the Nix manual has it for `nix-env -u`: `pre` comes before everything, numbers after words. */
export function compareVersions(a: string, b: string): number {
  const left = versionParts(a);
  const right = versionParts(b);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const mine = left[i] ?? '';
    const other = right[i] ?? '';
    if (isBefore(mine, other)) return -1;
    if (isBefore(other, mine)) return 1;
  }
  return 0;
}

function isBefore(a: string, b: string): boolean {
  const numberA = /^\d+$/.test(a) ? BigInt(a) : null;
  const numberB = /^\d+$/.test(b) ? BigInt(b) : null;
  if (numberA !== null && numberB !== null) return numberA < numberB;
  if (a === '' && numberB !== null) return true;
  if (a === 'pre' && b !== 'pre') return true;
  if (b === 'pre') return false;
  if (numberB !== null) return true;
  if (numberA !== null) return false;
  return a < b;
}

/** `name-1.2` in its two parts: the version begins behind the first dash that no letter follows. */
export function packageName(text: string): { readonly name: string; readonly version: string } {
  const at = text.search(/-(?![A-Za-z])./s);
  return at < 0 ? { name: text, version: '' } : { name: text.slice(0, at), version: text.slice(at + 1) };
}
