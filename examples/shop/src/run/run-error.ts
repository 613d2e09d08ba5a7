/** The run cannot go on for a reason that its message says whole; everything else that is thrown is a bug and shown with its stack. */
export class RunError extends Error {
  override readonly name = 'RunError';
}
