/** Gives records their command when their time has come, by the database's clock. */
import { setTimeout as sleep } from 'node:timers/promises';
import { failpoint } from '@lethe/failpoint';
import { claimDue } from '@lethe/store';
import type { RecordsKind } from './handlers.ts';
import { loopFailures } from './metrics/platform-metrics.ts';
import type { ServiceRuntime } from './runtime.ts';
import { perform } from './work.ts';

const IDLE_MS = 250;
const claimed = failpoint('due.claimed');

export interface Stoppable {
  stop(): Promise<void>;
}

/** @param everyMs how often to look, when nothing was due */
export function startDueTimer(runtime: ServiceRuntime, kind: RecordsKind, everyMs = IDLE_MS): Stoppable {
  return startLoop(runtime, `due ${kind.collection}`, everyMs, async () => {
    if (kind.due === null || runtime.congested()) return false;
    const due = await claimDue(runtime.store.db, kind.collection, kind.due.field);
    if (due === null) return false;
    claimed();
    const command = { kind, record: due.id, command: kind.due.command };
    const source = { name: 'due', parent: null } as const;
    runtime.committed(await perform(runtime, { commands: [{ command }], now: due.at, source }));
    return true;
  });
}

/** Calls a step again and again, at once while it had something to do; an error is logged and waits its turn. */
export function startLoop(
  runtime: Pick<ServiceRuntime, 'logger' | 'metrics'>,
  name: string,
  everyMs: number,
  step: () => Promise<boolean>,
): Stoppable {
  const ending = new AbortController();
  const run = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      let more = false;
      try {
        more = await step();
      } catch (error) {
        runtime.metrics.count(loopFailures, 1, { loop: name });
        runtime.logger.warn({ error, loop: name }, 'a step is tried again');
      }
      if (!more) await sleep(everyMs, undefined, { signal: ending.signal }).catch(() => undefined);
    }
  };
  const running = run();
  return {
    stop: async () => {
      ending.abort();
      await running;
    },
  };
}
