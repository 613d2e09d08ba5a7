import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { isOurKafka, startKafka } from './kafka-server.ts';
import { endStrays } from './launch.ts';
import { withLock } from './lock.ts';
import { isOurMongodb, startMongodb } from './mongodb-server.ts';
import type { StackPaths } from './paths.ts';
import { endProcess, isAlive, killProcess } from './process-identity.ts';
import type { ProcessIdentity } from './process-identity.ts';
import { requireAll } from './requirements.ts';
import type { PortRule, ServerName, StartContext } from './server.ts';
import { SERVER_NAMES } from './server.ts';
import { messageOf, StackError } from './stack-error.ts';
import { readState, writeState } from './state.ts';
import type { StackState } from './state.ts';

/** Kafka's own closing of its segments, and mongod's last checkpoint, on a busy machine. */
const PATIENCE_MS = 30_000;
/** How long a living server may leave us without any answer before it is replaced. */
const ANSWER_MS = 10_000;
/** For one that lives and does not answer: it hangs, stands still, or was left in the middle of its start. */
const SHORT_PATIENCE_MS = 5_000;
/** An installation and two starts on a slow line. */
const WAIT_FOR_OTHER_MS = 20 * 60_000;

const locked = <T>(
  paths: StackPaths,
  work: () => Promise<T>,
  log: (line: string) => void = () => undefined,
): Promise<T> =>
  withLock(paths.lock, work, {
    waitMs: WAIT_FOR_OTHER_MS,
    onWait: () => log('waiting for another process that works on the same servers'),
  });

/** Both servers as wanted: living ones that answer are used, everything else is started. */
export const upServers = (context: StartContext, wanted: Readonly<Record<ServerName, boolean>>): Promise<StackState> =>
  locked(
    context.paths,
    async () => {
      const alive = await answering(readState(context.paths.state), ANSWER_MS);
      const missing = {
        kafka: wanted.kafka && alive.kafka === null,
        mongodb: wanted.mongodb && alive.mongodb === null,
      };
      if (missing.kafka || missing.mongodb) await requireAll(missing, context.environment);
      const results = await Promise.allSettled([
        missing.kafka ? start(context, 'kafka', 'may_move', SHORT_PATIENCE_MS) : null,
        missing.mongodb ? start(context, 'mongodb', 'may_move', SHORT_PATIENCE_MS) : null,
      ]);
      throwFailures(results.filter((result) => result.status === 'rejected').map(({ reason }): unknown => reason));
      return readState(context.paths.state);
    },
    context.log,
  );

/** Both servers may fail, and for different reasons: whoever reads it wants to mend both. */
const throwFailures = (reasons: readonly unknown[]): void => {
  const [first, second] = reasons;
  if (first === undefined) return;
  if (second === undefined && first instanceof StackError) throw first;
  const code = first instanceof StackError ? first.code : 'server_did_not_start';
  throw new StackError(code, reasons.map(messageOf).join('\n'), new AggregateError(reasons));
};

/** The part of the state whose servers live and answer as themselves. */
const answering = async (state: StackState, patienceMs: number): Promise<StackState> => {
  const { kafka, mongodb } = state;
  const [kafkaUp, mongodbUp] = await Promise.all([
    kafka !== null && answers(kafka.process, () => isOurKafka(kafka), patienceMs),
    mongodb !== null && answers(mongodb.process, () => isOurMongodb(mongodb), patienceMs),
  ]);
  return { kafka: kafkaUp ? kafka : null, mongodb: mongodbUp ? mongodb : null };
};

/** A living server on a busy machine may be late with one answer; it is not given up for that. */
const answers = async (
  process: ProcessIdentity | null,
  probe: () => Promise<boolean>,
  patienceMs: number,
): Promise<boolean> => {
  const deadline = Date.now() + patienceMs;
  while (process !== null && isAlive(process)) {
    if (await probe()) return true;
    if (Date.now() > deadline) return false;
    await sleep(200);
  }
  return false;
};

/** Whoever has this server's process, and does not answer or was never written down, must be gone before another opens its data. */
const start = async (context: StartContext, server: ServerName, rule: PortRule, patienceMs: number): Promise<void> => {
  const { paths } = context;
  await end(paths, server, patienceMs);
  const state = readState(paths.state);
  context.log(`starting ${server}`);
  switch (server) {
    case 'kafka':
      await startKafka(context, state.kafka, rule);
      break;
    case 'mongodb':
      await startMongodb(context, state.mongodb, rule);
      break;
  }
};

const end = async (paths: StackPaths, server: ServerName, patienceMs: number): Promise<void> => {
  const state = readState(paths.state);
  const process = state[server]?.process ?? null;
  if (process !== null) await (patienceMs === 0 ? killProcess(process) : endProcess(process, patienceMs));
  await endStrays(paths.root, server);
  forget(paths, server);
};

/** Keeps the ports, so that the addresses are the same next time. */
const forget = (paths: StackPaths, server: ServerName): void => {
  const state = readState(paths.state);
  if (server === 'kafka' && state.kafka !== null) writeState(paths.state, { kafka: { ...state.kafka, process: null } });
  if (server === 'mongodb' && state.mongodb !== null) {
    writeState(paths.state, { mongodb: { ...state.mongodb, process: null } });
  }
};

export const endServers = (paths: StackPaths, manner: 'gently' | 'at once'): Promise<void> =>
  locked(paths, async () => {
    await Promise.all(SERVER_NAMES.map((server) => end(paths, server, manner === 'gently' ? PATIENCE_MS : 0)));
  });

export const killServer = (paths: StackPaths, server: ServerName): Promise<void> =>
  locked(paths, () => end(paths, server, 0));

export const restartServer = (context: StartContext, server: ServerName): Promise<void> =>
  locked(context.paths, () => start(context, server, 'keep', PATIENCE_MS), context.log);

/** Only what the stack itself made: a state folder may hold other things. */
export const removeData = (paths: StackPaths): Promise<void> =>
  locked(paths, () => rm(paths.root, { recursive: true, force: true, maxRetries: 5 }));

/** Which servers of a state folder live and answer. */
export const aliveServers = (paths: StackPaths): Promise<StackState> => answering(readState(paths.state), 0);
