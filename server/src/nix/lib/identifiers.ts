const KEYWORDS = new Set('assert else if in inherit let or rec then with'.split(' '));

/** A name as it stands in an attribute path: quoted where it has to be. */
export function attributeName(name: string): string {
  return /^[A-Za-z_][\w'-]*$/.test(name) && !KEYWORDS.has(name) ? name : quoted(name);
}

/** A text as a Nix string without interpolation. */
export function quoted(text: string): string {
  return JSON.stringify(text).replaceAll('$', '\\$');
}
