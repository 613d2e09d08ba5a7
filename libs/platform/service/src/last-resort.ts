/** An error that nobody caught. Node would print its message, which may quote what it failed on; we say what may be said, and end. */
import type { Logger } from './logger.ts';

/** EX_SOFTWARE of sysexits.h: an error of ours. */
export const ERROR_OF_OURS = 70;

/** @param logger asked for when it is needed: the first one knows no log level yet */
export function endOnUncaught(logger: () => Logger): void {
  process.on('uncaughtException', (error: unknown) => {
    logger().error(
      { error },
      'nobody caught this: the process ends; what it had not committed is done by the next one',
    );
    process.exit(ERROR_OF_OURS);
  });
}
