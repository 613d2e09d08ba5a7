/** What the messages of one transaction mean, by the topology: commands, rules that read, dead letters. */
import type { Named } from '@lethe/contracts';
import { topics } from '@lethe/contracts';
import { type BusRecord, RetryableError, TerminalError, type TopicPartition } from '@lethe/bus';
import type { Arrived, BulkRule, Changes, Given, Reader, RecordCommand } from './handlers.ts';
import type { OutboxEntry } from './outbox.ts';
import type { Decoded } from './decode.ts';
import type { ServiceRuntime } from './runtime.ts';
import { messageSource } from './tracing/source.ts';
import { sampledContext } from './tracing/trace-context.ts';
import type { MessageSource } from './tracing/trail.ts';
import type { SourcedCommand, Work } from './work.ts';

type AnyBulkRule = BulkRule<unknown, Named, unknown, never>;

export async function toWork(runtime: ServiceRuntime, at: TopicPartition, part: readonly BusRecord[]): Promise<Work> {
  const place = runtime.placeOf(at.topic);
  const handlers = runtime.topology.consumes[place.pattern] ?? {};
  const { edge } = topics[place.pattern];
  const commands: SourcedCommand[] = [];
  const entries: OutboxEntry[] = [];
  const bulk = new Map<AnyBulkRule, Arrived<unknown, Named>[number][]>();
  const messages: MessageSource[] = [];
  const from = { group: runtime.group, edge, system: place.system };

  for (const record of part) {
    try {
      const { name, event } = await decoded(runtime, record, edge);
      const handler = handlers[name];
      if (handler === undefined) throw new TerminalError('unexpected_event', `${name} does not belong on this topic`);
      if (handler === 'ignored') continue;
      const given: Given<unknown> = { ...runtime.context, topic: place, appendedAt: record.appendedAt };
      if (handler.rule.kind === 'record') {
        const { records, means } = handler.rule;
        const meant = means(event as never, given as never);
        commands.push({
          command: { kind: records, record: meant.record, command: meant.command } satisfies RecordCommand,
          refuse: (error) => runtime.deadLetter(at, record, error.code),
          ...(runtime.tracing !== null && { source: messageSource(at, record, { name, event }, from) }),
        });
      } else if (handler.rule.kind === 'bulk') {
        const rule = handler.rule.rule as AnyBulkRule;
        const arrived = bulk.get(rule) ?? [];
        bulk.set(rule, arrived);
        const source = { topic: at.topic, partition: at.partition, offset: record.offset };
        arrived.push({ name, event, given, source });
        if (runtime.tracing !== null && sampledContext(record.headers['traceparent']) !== null) {
          messages.push(messageSource(at, record, { name, event }, from));
        }
      } else {
        throw new Error(`${name}: a rule that passes on cannot stand beside a store`);
      }
    } catch (error) {
      if (!(error instanceof TerminalError)) throw error;
      entries.push(runtime.deadLetter(at, record, error.code));
    }
  }
  return { commands, entries, rules: [...bulk].map(([rule, arrived]) => ruleOf(rule, arrived)), messages };
}

function ruleOf(rule: AnyBulkRule, arrived: Arrived<unknown, Named>) {
  return async (reader: Reader, now: Date): Promise<Changes> => {
    const found = rule.read === undefined ? undefined : await rule.read(arrived, reader);
    return rule.decide(arrived, found, now);
  };
}

/** That schemas cannot be read now is no fault of the message that needs one: it waits. */
async function learn({ decoder }: ServiceRuntime): Promise<void> {
  try {
    await decoder.learn();
  } catch (cause) {
    throw new RetryableError('schemas_unreadable', 'lethe.schemas cannot be read now', { cause });
  }
}

async function decoded(runtime: ServiceRuntime, record: BusRecord, edge: boolean): Promise<Decoded> {
  try {
    return runtime.decoder.decode(record, edge);
  } catch (error) {
    if (!(error instanceof RetryableError)) throw error;
    await learn(runtime);
    return runtime.decoder.decode(record, edge);
  }
}
