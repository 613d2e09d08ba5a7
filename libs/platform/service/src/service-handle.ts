/** What HTTP resources and tasks of a service may use: the same transactions as its messages, without a fence. */
import type { Named, TopicPattern } from '@lethe/contracts';
import { topicName } from '@lethe/contracts';
import type { Bus } from '@lethe/bus';
import type { Store } from '@lethe/store';
import type { Changes, Reader, Records } from './handlers.ts';
import type { Logger } from './logger.ts';
import type { Metrics } from './metrics/metrics.ts';
import { ProblemError } from './problem.ts';
import type { ServiceRuntime } from './runtime.ts';
import { perform, type Work } from './work.ts';

export interface ServiceHandle {
  /** For reading; every write goes through `command` or `transact`. */
  readonly store: Store;
  readonly bus: Bus;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly prefix: string;
  /** Gives a record a command and answers with its state afterwards. @throws ProblemError 503 under back-pressure */
  command<Context, S, C, Out extends Named>(
    records: Records<Context, S, C, Out>,
    record: string,
    command: C,
  ): Promise<S>;
  /** One transaction that reads, decides and writes. */
  transact(rule: (reader: Reader, now: Date) => Promise<Changes<Named>>): Promise<void>;
  topic(pattern: TopicPattern, system?: string): string;
}

export function serviceHandle(runtime: ServiceRuntime, prefix: string): ServiceHandle {
  const refuseWhenCongested = (): void => {
    if (!runtime.congested()) return;
    throw new ProblemError({
      status: 503,
      code: 'busy',
      title: 'Too much waits to be published; try again in a moment',
    });
  };
  /** Of the HTTP request that is being answered, if it is. */
  const given = (): Pick<Work, 'source'> =>
    runtime.tracing === null ? {} : { source: { name: 'command', parent: runtime.tracing.active() } };
  return {
    store: runtime.store,
    bus: runtime.bus,
    metrics: runtime.metrics,
    logger: runtime.logger,
    prefix,
    command: async (records, record, command) => {
      refuseWhenCongested();
      const done = await perform(runtime, { commands: [{ command: records.command(record, command) }], ...given() });
      runtime.committed(done);
      return done.state(records.kind, record) as typeof records.initial;
    },
    transact: async (rule) => {
      refuseWhenCongested();
      const rules = [rule as (reader: Reader, now: Date) => Promise<Changes>];
      runtime.committed(await perform(runtime, { rules, ...given() }));
    },
    topic: (pattern, system) => topicName(prefix, pattern, system),
  };
}
