/** What the parts of a running service share. Built once in run-service, passed down; nobody reaches around it. */
import type { Bus, BusRecord, TopicPartition } from '@lethe/bus';
import type { Decoder } from './decode.ts';
import type { TopicPlace } from './handlers.ts';
import type { Logger } from './logger.ts';
import type { OutboxEntry } from './outbox.ts';
import type { Topology } from './topology.ts';
import type { Done, WorkPlace } from './work.ts';

export interface ServiceRuntime extends WorkPlace {
  readonly bus: Bus;
  readonly topology: Topology;
  readonly decoder: Decoder;
  /** What handlers are given beside event and place. */
  readonly context: object;
  readonly logger: Logger;
  readonly group: string;
  placeOf(topic: string): TopicPlace;
  /** The sealed dead letter of a message, as an outbox entry. */
  deadLetter(at: TopicPartition, record: BusRecord, code: string, attempts?: number): OutboxEntry;
  /** A transaction is through: counters move, the relay wakes. */
  committed(done: Done): void;
  /** The outbox holds more than it should: do not add to it. */
  congested(): boolean;
}
