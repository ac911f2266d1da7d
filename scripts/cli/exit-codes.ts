/** What a command’s end means to its caller. */
export const EXIT = {
  /** Complete and verified, or done as asked. */
  done: 0,
  /** Failed, blocked, aborted, refused, or differences were found. */
  failed: 1,
  /** Wrong usage or configuration. */
  usage: 2,
  /** Complete and verified, but documents are in quarantine; of `assess`: documents would be. */
  quarantined: 3,
  /** Interrupted by Ctrl-C; the migration continues or can be resumed. */
  interrupted: 130,
} as const;
