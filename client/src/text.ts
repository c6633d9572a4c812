/**
 * A text from a host or a file, fit to be shown in one line: control characters, line breaks and the marks that reorder text
 * (which could make one name look like another) are written as escapes.
 */
export function visible(text: string): string {
  return text.replaceAll(
    /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g,
    (character) => `\\u{${character.charCodeAt(0).toString(16)}}`,
  );
}

/**
 * The same for notifications, which turn `[text](command:…)` into links: a file's name must not become a button.
 */
export function forNotification(text: string): string {
  return visible(text).replaceAll('](', '] (');
}

/** `1 path`, `2 paths`; the number is grouped by thousands. */
export function counted(count: number, one: string, many: string): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;
}

/** `312 B`, `4.0 kB`, `1.2 GB`: powers of 1000, as disks are sold. */
export function bytes(count: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  let value = count;
  let unit = 0;
  for (; value >= 999.5 && unit < units.length - 1; unit++) value /= 1000;
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}
