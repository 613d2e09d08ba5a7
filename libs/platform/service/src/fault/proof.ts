/** Plays scenarios on one lab, a few at a time, judges each by the log, and lists them by name with their outcome. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Lab } from './lab.ts';
import { logOf, outputsOf, truthOf, wrongOutput, wrongState } from './truth.ts';

export interface Scenario {
  readonly name: string;
  /** A service of its own, over the same topics as all the others. */
  readonly service: string;
  /** Ends when the service has come to the end and stopped. */
  play(): Promise<void>;
  /** Facts may stand on the topic more than once: where a database was restored. */
  readonly repeats?: boolean;
}

export interface Proof {
  /** Everything that is wrong after the scenario. @throws why it could not be played */
  wrongOf(name: string): readonly string[];
  print(): void;
}

type Result = { readonly wrong: readonly string[] } | { readonly brokeOff: unknown };

export async function prove(title: string, lab: Lab, width: number, scenarios: readonly Scenario[]): Promise<Proof> {
  const played = await inPool(width, scenarios);
  const [log, outputs] = await Promise.all([logOf(lab.bus, lab.prefix), outputsOf(lab.bus, lab.prefix)]);
  const results = new Map<string, Result>();
  const lines: string[] = [];
  for (const { name, service, repeats = false } of scenarios) {
    const { brokeOff, ms } = played.get(name) ?? { brokeOff: 'never played', ms: 0 };
    const db = lab.db(service);
    const truth = await truthOf(db, log);
    const wrong = [...(await wrongState(db, truth)), ...(await wrongOutput(db, service, truth, outputs, repeats))];
    results.set(name, brokeOff === null ? { wrong } : { brokeOff });
    const exact = repeats ? `all of ${truth.messages} messages, some said again` : `exact, ${truth.messages} messages`;
    const outcome = brokeOff === null ? (wrong[0] ?? exact) : 'BROKE OFF';
    lines.push(
      `  ${wrong.length === 0 && brokeOff === null ? 'ok' : 'WRONG'}  ${name}: ${outcome} (${(ms / 1000).toFixed(1)} s)`,
    );
  }
  return {
    wrongOf: (name) => {
      const result = results.get(name);
      if (result === undefined) throw new Error(`no scenario ${name}`);
      if ('brokeOff' in result) throw result.brokeOff;
      return result.wrong;
    },
    // Past jest's own console, which would put a stack beside every line.
    print: () => void process.stderr.write(`\n${title}\n${lines.join('\n')}\n\n`),
  };
}

async function inPool(width: number, scenarios: readonly Scenario[]) {
  const played = new Map<string, { readonly brokeOff: unknown; readonly ms: number }>();
  const waiting = [...scenarios];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const began = performance.now();
      const brokeOff = await next.play().then(
        () => null,
        (error: unknown) => error,
      );
      played.set(next.name, { brokeOff, ms: performance.now() - began });
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return played;
}

/** Load while a part of the scenarios runs. */
export async function underLoad<T>(lab: Lab, act: () => Promise<T>): Promise<T> {
  const ending = new AbortController();
  const { signal } = ending;
  const feed = async (): Promise<void> => {
    let fed = 0;
    while (!signal.aborted) {
      // A server that is away: what was appended of it, the log says.
      await lab.load.feed(MESSAGES_AT_ONCE).catch(() => undefined);
      fed += MESSAGES_AT_ONCE;
      // Whoever comes late hears it all: on a slow machine the load must not grow without end.
      const everyMs = fed < BUSY_FOR_MESSAGES ? BUSY_EVERY_MS : QUIET_EVERY_MS;
      await sleep(everyMs, undefined, { signal }).catch(() => undefined);
    }
  };
  const feeding = feed();
  try {
    return await act();
  } finally {
    ending.abort();
    await feeding;
  }
}

const MESSAGES_AT_ONCE = 20;
const BUSY_EVERY_MS = 200;
const QUIET_EVERY_MS = 3_000;
const BUSY_FOR_MESSAGES = 1_000;

export interface List {
  /** For `it`: plays, and notes what came of it. */
  of(name: string, play: () => Promise<string>): () => Promise<void>;
  print(): void;
}

/** The same list for scenarios that are played one after the other. */
export function list(title: string): List {
  const lines: string[] = [];
  return {
    of: (name, play) => async () => {
      const began = performance.now();
      const note = (outcome: string): void => {
        lines.push(`  ${outcome} (${((performance.now() - began) / 1000).toFixed(1)} s)`);
      };
      try {
        note(`ok  ${name}: ${await play()}`);
      } catch (error) {
        note(`WRONG  ${name}`);
        throw error;
      }
    },
    print: () => void process.stderr.write(`\n${title}\n${lines.join('\n')}\n\n`),
  };
}
