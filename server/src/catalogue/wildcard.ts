/**
 * A test for names by a pattern in which `*` is any run of characters and everything else is itself. Each part between two `*` is taken where
 * it comes first, so that no pattern, however many `*` a stranger's file has, takes longer than looking for each part once.
 */
export function wildcard(pattern: string): (name: string) => boolean {
  const [first = '', ...more] = pattern.split('*');
  const last = more.pop();
  if (last === undefined) return (name) => name === first;
  return (name) => {
    if (name.length < first.length + last.length || !name.startsWith(first) || !name.endsWith(last)) return false;
    const end = name.length - last.length;
    let from = first.length;
    for (const part of more) {
      const at = name.indexOf(part, from);
      if (at < 0 || at + part.length > end) return false;
      from = at + part.length;
    }
    return true;
  };
}
