/** A small generator of numbers that are the same in every run (mulberry32). */
export function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * Lines as `zfs diff -H -F -t` prints them of a machine with services, homes and one very wide directory (`/srv/wide`, a tenth of
 * the rows); exactly `rows` different paths.
 */
export function* generatedListing(rows: number): Generator<string> {
  const random = numbersFrom(1);
  let made = 0;
  const line = (kind: string, type: string, path: string): string => {
    made++;
    return `1795223${String(made % 1000).padStart(3, '0')}.${String(made % 1_000_000_000).padStart(9, '0')}\t${kind}\t${type}\t${path}\n`;
  };
  if (rows > 0) yield line('+', '/', '/srv/wide');
  let directory = 0;
  for (;;) {
    if (made >= rows) return;
    const n = directory++;
    const service = n % 300;
    const base = [
      `/var/lib/app${service}/data/${(n >> 4).toString(16)}/d${n}`,
      `/home/alice/projects/p${n % 97}/src/deep/er/d${n}`,
      `/var/cache/app${service}/d${n}`,
      `/var/lib/postgresql/16/base/${n}`,
    ][n % 4] as string;
    yield line('+', '/', base);
    const files = 1 + Math.floor(random() * 60);
    for (let file = 0; file < files; file++) {
      if (made >= rows) return;
      const odd = random() < 0.02 ? String.raw`with\0040space` : 'file';
      if (file % 10 === 9) yield line('+', 'F', `/srv/wide/w${n}-${file}`);
      else yield line(random() < 0.05 ? 'M' : '+', random() < 0.05 ? '@' : 'F', `${base}/${odd}-${file}.dat`);
    }
  }
}
