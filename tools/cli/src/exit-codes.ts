/** What `lethe` ends with. Scripts rely on these numbers: README.md and every `--help` show this table. */
export const exitCodes = {
  done: 0,
  refused: 1,
  notUnderstood: 2,
  found: 3,
  unreachable: 4,
  partly: 5,
  /** 128 + SIGINT, as shells have it. */
  interrupted: 130,
  /** 128 + SIGPIPE. */
  unread: 141,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export const meanings: ReadonlyMap<ExitCode, string> = new Map([
  [exitCodes.done, 'done'],
  [exitCodes.refused, 'refused, or failed on the other side'],
  [exitCodes.notUnderstood, 'not understood: arguments, configuration or input are wrong, nothing was done'],
  [
    exitCodes.found,
    'what was asked for is missing, stands still, stands where it should not, or is not completed in time',
  ],
  [exitCodes.unreachable, 'unreachable, or not now: the same command can be given again'],
  [exitCodes.partly, 'not everything could be looked at: the result says what, and claims nothing of it'],
  [exitCodes.interrupted, 'interrupted by Ctrl-C'],
  [exitCodes.unread, 'whoever read the output had enough of it'],
]);
