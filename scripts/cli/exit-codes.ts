/** What a command's end means to whoever called it. */
export const EXIT = {
  /** Complete and verified, or done as asked. */
  done: 0,
  /** Failed, blocked, aborted, refused, or differences were found. */
  failed: 1,
  /** Wrong usage or configuration. */
  usage: 2,
  /** Complete and verified, but documents are in quarantine; of `assess`: documents would be. */
  quarantined: 3,
  /** Ended by Ctrl-C; the migration goes on or can be gone on with. */
  interrupted: 130,
} as const;
