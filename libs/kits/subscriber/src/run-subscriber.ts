/** The process of a team, from its environment to its end. */
import { errorFields, SettingsError } from '@lethe/publisher';
import { jsonLogger } from './log.ts';
import { logLevelIn } from './settings.ts';
import { subscribe } from './subscribe.ts';
import { type SubscriberOptions, teamIn } from './subscriber-options.ts';

export interface RunOptions extends Omit<SubscriberOptions, 'signal'> {
  /** Called when everything has drained: the team closes its store here. */
  readonly close?: () => void | Promise<void>;
}

const WATCH_MS = 1_000;

/**
 * Subscribes and stays until SIGTERM or SIGINT; then drains and ends the process with 0. Writes JSON lines to standard
 * output. What cannot be used ends the process with 1 and says why; so does a consumer that has given up, for whoever
 * starts the process again.
 *
 * The environment: `LETHE_KAFKA_BROKERS`, `LETHE_PREFIX`, `LETHE_LEDGER`, `LETHE_SESSION_TIMEOUT_MS`, `LETHE_LOG_LEVEL`
 * and `LETHE_EXIT_WITH_PARENT=1` (drain when standard input ends).
 *
 * @returns when orders are heard
 */
export async function runSubscriber(options: RunOptions): Promise<void> {
  const write = (line: string): void => void process.stdout.write(`${line}\n`);
  let logger = options.logger ?? jsonLogger('info', { system: options.system }, write);
  const stopped = new AbortController();
  try {
    logger = options.logger ?? jsonLogger(logLevelIn(process.env), { system: options.system }, write);
    const subscribing = subscribe({ ...options, ...teamIn(options), logger, signal: stopped.signal });
    let ending = false;
    const end = async (why: string, code: number): Promise<void> => {
      if (ending) return;
      ending = true;
      logger.info({ why }, 'draining');
      stopped.abort();
      try {
        await (await subscribing.catch(() => null))?.stop();
        await options.close?.();
        logger.info({}, 'stopped');
      } catch (error) {
        logger.error(errorFields(error), 'the end was not clean; what was not answered comes again');
        code = 1;
      }
      process.exit(code);
    };
    process.once('SIGTERM', () => void end('SIGTERM', 0));
    process.once('SIGINT', () => void end('SIGINT', 0));
    if (process.env['LETHE_EXIT_WITH_PARENT'] === '1') {
      process.stdin.resume().once('end', () => void end('parent gone', 0));
    }
    const subscriber = await subscribing;
    setInterval(() => {
      if (subscriber.status().consumer.dead !== null) void end('the consumer gave up', 1);
    }, WATCH_MS).unref();
    logger.info({}, 'ready');
  } catch (error) {
    if (stopped.signal.aborted) return;
    const why = error instanceof SettingsError ? error.message : 'see error and code; is Kafka there?';
    logger.error(errorFields(error), `the subscriber cannot start: ${why}`);
    process.exit(1);
  }
}
