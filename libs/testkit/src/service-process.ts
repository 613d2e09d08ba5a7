import { spawn } from 'node:child_process';
import { theLeash } from './start-leash.ts';
import { HopelessError, reasonOf, waitFor } from './wait-for.ts';

export interface ServiceProcessOptions {
  /** How it is called in errors; default: its program. */
  readonly name?: string;
  /** What follows `node`: its options, the program, the program's arguments. */
  readonly argv: readonly string[];
  /** On top of this process's environment; `undefined` removes one. NODE_OPTIONS, which is jest's, is removed unless named here. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** When it counts as started: `url` answers 2xx, or its output matches `line`. Default: as soon as it runs. */
  readonly ready?: { readonly url: string } | { readonly line: RegExp };
  /** Until it must be ready. Default 30 s. */
  readonly timeoutMs?: number;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A real process under test. Disposing of it kills it and all that it started. */
export interface ServiceProcess extends AsyncDisposable {
  readonly pid: number;
  /** Both streams since the start, in the order of their arrival. */
  readonly output: () => string;
  readonly exited: Promise<Exit>;
  /** To the process alone, not to what it started. For SIGKILL and SIGTERM waits until it has ended; SIGSTOP and SIGCONT are only sent. */
  readonly kill: (signal: 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT') => Promise<void>;
  /** The first match in its output so far or to come. */
  readonly waitForOutput: (pattern: RegExp, timeoutMs?: number) => Promise<RegExpExecArray>;
}

/** Of a machine that is busy with other tests. */
const READY_MS = 60_000;
/** A drain is bounded by the batch in hand; whoever takes longer hangs. */
const END_MS = 30_000;
const ANSWER_MS = 2_000;
const SHOWN_LINES = 40;

const living = new Set<ServiceProcess>();

/** For afterEach: ends every process of this test file that was not disposed of. */
export const endServiceProcesses = async (): Promise<void> => {
  await Promise.all([...living].map((service) => service[Symbol.asyncDispose]()));
};

/** Starts one and waits until it is ready; one that ends or never gets ready is an error that shows its output. */
export const serviceProcess = async (options: ServiceProcessOptions): Promise<ServiceProcess> => {
  const service = start(options);
  living.add(service);
  try {
    const { ready, timeoutMs = READY_MS } = options;
    if (ready !== undefined)
      await ('url' in ready ? service.answers(ready.url, timeoutMs) : service.waitForOutput(ready.line, timeoutMs));
  } catch (error) {
    await service[Symbol.asyncDispose]();
    throw error;
  }
  return service;
};

type Started = ServiceProcess & { readonly answers: (url: string, timeoutMs: number) => Promise<unknown> };

const start = (options: ServiceProcessOptions): Started => {
  const name = options.name ?? options.argv.find((argument) => !argument.startsWith('-')) ?? 'node';
  const child = spawn(process.execPath, options.argv, {
    // A group of its own, so that what it starts can be ended with it.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: withoutAbsent({ ...process.env, NODE_OPTIONS: undefined, ...options.env }),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${name} could not be started in ${options.cwd ?? process.cwd()}`);
  const leash = theLeash();
  leash.hold(pid);

  let output = '';
  const collect = (text: string): void => {
    output += text;
  };
  child.stdout.setEncoding('utf8').on('data', collect);
  child.stderr.setEncoding('utf8').on('data', collect);
  // 'close' and not 'exit': by then all it wrote has been read.
  const exited = new Promise<Exit>((resolve) => child.once('close', (code, signal) => resolve({ code, signal })));
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;

  /** Every wait tells what the process said, since that is where the reason is. */
  const until = async <T>(
    what: string,
    timeoutMs: number,
    look: () => T | false | null | Promise<T | false | null>,
  ): Promise<Exclude<T, false | null | undefined>> => {
    try {
      return await waitFor(look, { what: `${name} ${what}`, timeoutMs });
    } catch (error) {
      const shown = output.trimEnd().split('\n').slice(-SHOWN_LINES).join('\n');
      throw new Error(`${reasonOf(error)}\n${shown}`, { cause: error });
    }
  };
  const failIfEnded = (what: string): void => {
    if (hasEnded())
      throw new HopelessError(`${name} ended (${child.signalCode ?? child.exitCode ?? ''}), waited for ${what}`);
  };

  const service: Started = {
    pid,
    output: () => output,
    exited,
    kill: async (signal) => {
      child.kill(signal);
      if (signal === 'SIGSTOP' || signal === 'SIGCONT') return;
      await until(`to end on ${signal}`, END_MS, hasEnded);
    },
    waitForOutput: (pattern, timeoutMs = READY_MS) => {
      const stateless = new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ''));
      return until(`to say ${String(pattern)}`, timeoutMs, () => {
        const closed = hasEnded(); // looked at first: what it says at its very end still counts
        const match = stateless.exec(output);
        if (match === null && closed) failIfEnded(String(pattern));
        return match;
      });
    },
    answers: (url, timeoutMs) =>
      until(`to be ready at ${url}`, timeoutMs, async () => {
        failIfEnded(url);
        const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS) });
        await response.body?.cancel();
        return response.ok;
      }),
    [Symbol.asyncDispose]: async () => {
      killGroup(pid);
      await exited;
      leash.release(pid);
      living.delete(service);
    },
  };
  return service;
};

const killGroup = (group: number): void => {
  try {
    process.kill(-group, 'SIGKILL');
  } catch (error) {
    // By shape: under jest, Node's own errors come from another realm. ESRCH: all of it has ended.
    if (typeof error !== 'object' || error === null || !('code' in error) || error.code !== 'ESRCH') throw error;
  }
};

const withoutAbsent = (env: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
