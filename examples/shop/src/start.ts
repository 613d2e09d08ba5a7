import { join } from 'node:path';
import { StackError } from '@lethe/stack';
import { DataError } from './data/rows.ts';
import { HELP, parseOptions, UsageError } from './options.ts';
import type { Options } from './options.ts';
import { buildServices } from './run/build.ts';
import { processesIn } from './run/processes.ts';
import { RunError } from './run/run-error.ts';
import { screenOn } from './run/screen.ts';
import type { Screen } from './run/screen.ts';
import type { Result } from './run/result.ts';
import { openWorld } from './run/world.ts';
import { dataIn, tellStory } from './shop.ts';

/** `npm start`: from nothing to a customer who is forgotten. What happens in between is told in shop.ts. */

class Interrupted extends Error {}

/** 128 + SIGINT, as shells have it. */
const INTERRUPTED = 130;

async function run(options: Options, screen: Screen, interrupted: Promise<never>): Promise<Result | null> {
  const data = dataIn(options.data);
  screen.line('building the services, starting Kafka and MongoDB, reading the year');
  const worldWithData = openWorld(options, (line) => screen.line(line)).then(async (opened) => {
    if (!opened.loaded) await data(); // a file with a bad line ends the run here, before anything is published
    return opened;
  });
  const early = options.once ? data() : null;
  const [world] = await Promise.race([Promise.all([worldWithData, buildServices(), early]), interrupted]);
  const processes = processesIn(join(world.folder, 'logs'));
  let outcome: 'done' | 'failed' = 'failed';
  try {
    const story = tellStory(options, world, processes, data, screen);
    const { result, fault } = await Promise.race([story, processes.failure, interrupted]);
    if (fault !== null) throw new RunError(fault);
    outcome = 'done';
    if (options.once) return result;
    screen.line();
    screen.line('Everything stays up until Ctrl-C. Another `npm start` afterwards erases the next customer.');
    await Promise.race([processes.failure, interrupted.catch(() => undefined)]); // now Ctrl-C is the way to end it
    return result;
  } finally {
    screen.line('draining the services and the teams');
    await processes.stop();
    await world.close(outcome);
    if (options.once && outcome === 'failed') screen.line(`the logs stay: ${processes.logs}`);
    if (!options.once) screen.line('Kafka and MongoDB keep running: npm run stack -- down');
  }
}

function interruption(): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => undefined); // whoever races with it hears of it
  // More than once: npm passes on what the terminal has sent to us already.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => reject(new Interrupted()));
  return promise;
}

function exitCodeOf(error: unknown, screen: Screen): number {
  if (error instanceof Interrupted) return INTERRUPTED;
  if (error instanceof UsageError) screen.line(`${error.message}\n\n${HELP}`);
  else if (error instanceof DataError) screen.line(`The data cannot be used, nothing was published: ${error.message}`);
  else if (error instanceof RunError || error instanceof StackError) screen.line(`The run failed: ${error.message}`);
  else screen.line(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return error instanceof UsageError ? 2 : 1;
}

const interrupted = interruption();
const screen = screenOn(process.argv.includes('--json') ? process.stderr : process.stdout);
try {
  const options = parseOptions(process.argv.slice(2));
  const result = options === null ? null : await run(options, screen, interrupted);
  if (options === null) process.stdout.write(HELP);
  else if (options.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  process.exit(0);
} catch (error) {
  process.exit(exitCodeOf(error, screen));
}
