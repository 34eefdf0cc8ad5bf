/** Exit codes of the command line, the same for every verb. */
export const EXIT = { ok: 0, failed: 1, partly: 2, stopped: 3 } as const;
