/** Everything that moves in a service beside HTTP: consumer, relay, timers, tasks; started and drained in order. */
import type { Consumer, Producer } from '@lethe/bus';
import { topicName, type TopicPattern } from '@lethe/contracts';
import { fencedHandler } from './batch.ts';
import { startDueTimer, startLoop, type Stoppable } from './due-timer.ts';
import type { RecordsKind } from './handlers.ts';
import type { Hearing } from './nest-transport.ts';
import { outboxDepth } from './outbox.ts';
import { type PassOn, passOnHandler } from './pass-on.ts';
import type { Relay } from './relay.ts';
import type { ServiceRuntime } from './runtime.ts';
import type { Topology } from './topology.ts';

export interface Task {
  readonly name: string;
  readonly everyMs: number;
  /** True: there is more to do at once. */
  step(): Promise<boolean>;
}

export interface HearingOptions {
  readonly runtime: ServiceRuntime;
  readonly prefix: string;
  readonly systems: readonly string[];
  readonly records: readonly RecordsKind[];
  readonly relay: () => Relay;
  readonly tasks: readonly Task[];
  readonly consumer: { current: Consumer | null };
}

const FLUSH_EVERY_MS = 500;
const LAST_WORDS_MS = 10_000;

/** The concrete topics that a service hears. */
export function heardTopics(topology: Topology, prefix: string, systems: readonly string[]): readonly string[] {
  return Object.keys(topology.consumes).flatMap((pattern) =>
    pattern.endsWith('*')
      ? systems.map((system) => topicName(prefix, pattern as TopicPattern, system))
      : [topicName(prefix, pattern as TopicPattern)],
  );
}

/** A service either keeps a store behind a fence or passes on without one; a table with both is a mistake in it. */
export function passesOn(topology: Topology): boolean {
  const rules = Object.entries(topology.consumes).flatMap(([pattern, handlers]) =>
    Object.values(handlers).map((handler) => ({
      pattern,
      passes: handler !== 'ignored' && handler.rule.kind === 'pass-on',
    })),
  );
  return rules.some(({ passes }) => passes);
}

export function createHearing(options: HearingOptions): Hearing {
  const { runtime, prefix, systems } = options;
  const running: Stoppable[] = [];
  const consumers: Consumer[] = [];
  let relay: Relay | null = null;
  let passing: { readonly on: PassOn; readonly producer: Producer; readonly consumer: Consumer } | null = null;

  const start = async (): Promise<void> => {
    relay = options.relay();
    const { stored, passed } = splitTopics(runtime.topology, prefix, systems);
    if (stored.length > 0) {
      const group = groupOf(runtime, 'fenced', passed.length > 0);
      const consumer = await runtime.bus.subscribe({ group, topics: stored, ...fencedHandler(runtime) });
      consumers.push(consumer);
    }
    if (passed.length > 0) {
      const producer = await runtime.bus.producer(`${runtime.group}-pass-on`);
      const on = passOnHandler(runtime, producer);
      const group = groupOf(runtime, 'passing', stored.length > 0);
      const consumer = await runtime.bus.subscribe({ group, topics: passed, ...on });
      consumers.push(consumer);
      passing = { on, producer, consumer };
      running.push(startLoop(runtime, 'flush', FLUSH_EVERY_MS, async () => (await on.tick(consumer), false)));
    }
    options.consumer.current = consumers.length === 0 ? null : together(consumers);
    for (const kind of options.records) if (kind.due !== null) running.push(startDueTimer(runtime, kind));
    for (const task of options.tasks) running.push(startLoop(runtime, task.name, task.everyMs, () => task.step()));
  };

  const stop = async (): Promise<void> => {
    await Promise.all(running.map((each) => each.stop()));
    // What cannot be sent or committed any more is read again: no reason to stay.
    await passing?.on.drain(passing.consumer).catch((error: unknown) => {
      runtime.logger.warn({ error }, 'what is held goes to the next owner of its partition');
    });
    await Promise.all(consumers.map((consumer) => consumer.stop()));
    await passing?.producer.close();
    await lastWords(runtime, relay);
    await relay?.stop();
  };

  return { start, stop };
}

/**
 * The group of a path without a store is the service's own name, because its committed offsets are a position that
 * others read (the locating barrier). Kafka's members of one group must hear the same topics, so the fenced topics of
 * such a service have a group beside it; that one serves lag monitoring alone.
 */
function groupOf(runtime: ServiceRuntime, path: 'fenced' | 'passing', both: boolean): string {
  return path === 'fenced' && both ? `${runtime.group}-fenced` : runtime.group;
}

function splitTopics(topology: Topology, prefix: string, systems: readonly string[]) {
  const of = (wanted: boolean): readonly string[] =>
    heardTopics(
      {
        ...topology,
        consumes: Object.fromEntries(
          Object.entries(topology.consumes).filter(
            ([pattern, handlers]) => passesOn({ ...topology, consumes: { [pattern]: handlers } }) === wanted,
          ),
        ),
      },
      prefix,
      systems,
    );
  return { stored: of(false), passed: of(true) };
}

/** What is decided should be said before we go; if the bus is away, the next start says it. */
async function lastWords(runtime: ServiceRuntime, relay: Relay | null): Promise<void> {
  const deadline = performance.now() + LAST_WORDS_MS;
  while (relay !== null && performance.now() < deadline) {
    relay.wake();
    if ((await outboxDepth(runtime.store)).events === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function together(consumers: readonly Consumer[]): Consumer {
  const [first] = consumers;
  if (first !== undefined && consumers.length === 1) return first;
  return {
    status: () => {
      const all = consumers.map((consumer) => consumer.status());
      return {
        joined: all.every((each) => each.joined),
        assigned: all.flatMap((each) => each.assigned),
        idleMs: Math.max(...all.map((each) => each.idleMs)),
        halted: all.flatMap((each) => each.halted),
        paused: all.flatMap((each) => each.paused),
        commitErrors: all.reduce((sum, each) => sum + each.commitErrors, 0),
        dead: all.find((each) => each.dead !== null)?.dead ?? null,
      };
    },
    commit: async (positions) => {
      for (const consumer of consumers) await consumer.commit(positions);
    },
    recheck: async () => {
      for (const consumer of consumers) await consumer.recheck();
    },
    stop: async () => {
      await Promise.all(consumers.map((consumer) => consumer.stop()));
    },
  };
}
