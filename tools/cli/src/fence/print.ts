/** Tables for the person at the keyboard. Pure. */
import { table } from '../terminal/table.ts';
import type { PartitionView, RelayView } from './look.ts';

export const partitionTable = (views: readonly PartitionView[]): string =>
  table(
    ['service', 'topic', 'partition', 'goes on at', 'log', 'committed', 'same topic', 'verdict'],
    views.map((view) => [
      view.service,
      view.topic,
      String(view.partition),
      view.next === null ? '-' : String(view.next),
      `${shown(view.logStart)}..${shown(view.logEnd)}`,
      shown(view.committed),
      view.sameTopic ? 'yes' : 'NO',
      view.verdict,
    ]),
  );

export const relayTable = (views: readonly RelayView[]): string =>
  table(
    ['relay of', 'last batch', 'cleared', 'position', 'pending', 'outbox', 'oldest', 'verdict'],
    views.map((view) => [
      view.service,
      String(view.last),
      String(view.cleared),
      shown(view.position),
      String(view.pending),
      `${view.outboxEvents} events`,
      `${view.oldestSeconds} s`,
      view.verdict,
    ]),
  );

const shown = (number: number | null): string => (number === null ? '-' : String(number));
