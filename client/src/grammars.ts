/** What is read of an extension's manifest, which may hold anything. */
interface Extension {
  readonly packageJSON: unknown;
}

/** Whether an extension brings a grammar for Nix; then colours are its business. */
export function coloursNix(extensions: readonly Extension[]): boolean {
  return extensions.some(({ packageJSON }) => {
    const grammars = (packageJSON as { contributes?: { grammars?: unknown } } | null | undefined)?.contributes?.grammars;
    return Array.isArray(grammars) && grammars.some((grammar: { language?: unknown } | null) => grammar?.language === 'nix');
  });
}
