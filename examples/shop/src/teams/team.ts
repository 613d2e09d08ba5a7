/** What a team has to do: hear an order, erase and write its answer down in one transaction, then say it. */
import { randomUUID } from 'node:crypto';
import type { Batch, Bus, BusRecord, Consumer, Producer, Verdict } from '@lethe/bus';
import { cloudEventHeaders, ContractError, decodeEvent, encodeEvent, topicName } from '@lethe/contracts';
import type { ErasureAnswered, ErasureMethod, ErasureOrdered } from '@lethe/contracts';
import { publishSchema } from '../data/publish-schema.ts';
import type { System } from '../data/systems.ts';
import type { TeamStore } from '../stores/shop-store.ts';
import { entryFor, failedAnswer, finalAnswer, isDone } from './ledger.ts';

export interface Team {
  readonly system: System;
  /** What erasing means here. */
  readonly method: ErasureMethod;
  readonly store: TeamStore;
  readonly bus: Bus;
  readonly prefix: string;
  /** Order ids and codes only, never an identifier. */
  readonly log: (line: string) => void;
}

/** So often an order is tried before the team says that it failed; Lethe then sends it again later. */
const ATTEMPTS = 5;
const PAUSE_MS = 500;

/**
 * A team's part in Lethe, whole: hear the orders of its system, erase, write the answer down, say it.
 * `stop()` finishes the order in hand.
 */
export async function startTeam(team: Team): Promise<{ stop(): Promise<void> }> {
  const { bus, prefix, system } = team;
  const producer = await bus.producer(`shop-${system}`);
  await publishSchema(producer, prefix, sourceOf(system), 'ErasureAnswered');
  const failures = new Map<string, number>();
  const consumer: Consumer = await bus.subscribe({
    group: `${prefix}-shop-${system}`,
    topics: [topicName(prefix, 'lethe.erasure-orders.*', system)],
    // The committed offset is where we stand. Orders that the topic has lost since come again: they are leases.
    assigned: ({ committed, logStart, logEnd }) => {
      const known = committed !== null && committed >= logStart && committed <= logEnd;
      return Promise.resolve({ kind: 'start', at: known ? committed : logStart });
    },
    handle: (batch) => handle(team, producer, failures, batch),
  });
  return {
    stop: async () => {
      await consumer.stop();
      await producer.close();
    },
  };
}

async function handle(team: Team, producer: Producer, failures: Map<string, number>, batch: Batch): Promise<Verdict> {
  for (const record of batch.records) {
    const order = orderIn(record, team);
    if (order === null) continue;
    try {
      await send(team, producer, order, await answerTo(team, order));
      failures.delete(order.orderId);
    } catch (error) {
      const attempt = (failures.get(order.orderId) ?? 0) + 1;
      team.log(`order ${order.orderId}: attempt ${attempt} failed (${codeOf(error)})`);
      if (attempt < ATTEMPTS) {
        failures.set(order.orderId, attempt);
        return { kind: 'retry', from: record.offset, afterMs: PAUSE_MS * attempt, reason: 'the order failed' };
      }
      failures.delete(order.orderId);
      await send(team, producer, order, failedAnswer(order, 'store_failed', new Date()));
    }
  }
  return { kind: 'done' };
}

/** Bytes that are no order cannot be answered either: whoever sent them gets no order id back. They are logged and passed over. */
function orderIn(record: BusRecord, { system, log }: Team): ErasureOrdered | null {
  try {
    const decoded = record.value === null ? null : decodeEvent(record.value);
    if (decoded?.name === 'ErasureOrdered' && decoded.event.system === system) return decoded.event;
    log(`offset ${record.offset}: not an order for ${system}`);
  } catch (error) {
    if (!(error instanceof ContractError)) throw error;
    log(`offset ${record.offset}: ${error.code}`);
  }
  return null;
}

/** The order's final answer: from the ledger, or by erasing. */
async function answerTo({ store, method, log }: Team, order: ErasureOrdered): Promise<ErasureAnswered> {
  const earlier = await store.answered(order.orderId);
  if (isDone(earlier, order)) {
    log(`order ${order.orderId}: answered before, so answered again`);
    return finalAnswer(order, earlier, method);
  }
  const began = new Date();
  const entry = await store.erase(order.identifiers, order.eraseThrough, (rows) =>
    entryFor(order, earlier, rows, began, new Date()),
  );
  log(`order ${order.orderId}: ${entry.rows} rows ${method}`);
  return finalAnswer(order, entry, method);
}

const send = (
  { prefix, system }: Team,
  producer: Producer,
  order: ErasureOrdered,
  answer: ErasureAnswered,
): Promise<void> =>
  producer.send([
    {
      topic: topicName(prefix, 'lethe.answers.*', system),
      key: order.requestId,
      value: encodeEvent('ErasureAnswered', answer),
      headers: cloudEventHeaders({
        id: randomUUID(),
        type: 'ErasureAnswered',
        source: sourceOf(system),
        time: new Date(),
      }),
    },
  ]);

const sourceOf = (system: System): string => `/shop/${system}`;

const codeOf = (error: unknown): string => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return error instanceof Error ? `${error.name} ${code}`.trim() : typeof error;
};
