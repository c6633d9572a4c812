/**
 * Which file new entries of a host go to, where several would do as well: chosen once by the user, and kept by the editor, which gives it
 * back when it starts the server ({@link TargetsDto} in its `initializationOptions`).
 */
export const TargetNotifications = {
  /** {@link TargetsDto}, server to client: all that is chosen now. */
  changed: 'keepsake/targets/changed',
  /** `null`, client to server: the user wants to be asked again. */
  forget: 'keepsake/targets/forget',
} as const;

/** URIs of files by the names of hosts. */
export type TargetsDto = Readonly<Record<string, string>>;
