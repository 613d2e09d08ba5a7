import { SYSTEMS } from '../data/systems.ts';
import type { System } from '../data/systems.ts';
import type { TopicCounts } from './count-topics.ts';
import type { Followed } from './follow-case.ts';
import { count, tableOf } from './screen.ts';
import { othersUnchanged } from './shop-books.ts';
import type { Snapshot } from './shop-books.ts';

export interface Counts extends TopicCounts {
  readonly subjects: number;
}

interface SystemResult {
  readonly system: System;
  readonly rowsBefore: number;
  readonly rowsAfter: number;
  readonly othersBefore: number;
  readonly othersAfter: number;
  readonly answer: string;
  readonly method: string | null;
}

/** The one line of `--json`. */
export interface Result extends Counts {
  readonly loadSeconds: number;
  readonly request: {
    readonly id: string;
    readonly state: string;
    readonly outcome: string | null;
    readonly seconds: number;
  };
  readonly systems: readonly SystemResult[];
  readonly othersChecksumUnchanged: boolean;
}

export function systemResults(before: Snapshot, after: Snapshot, { request }: Followed): readonly SystemResult[] {
  return SYSTEMS.map((system) => {
    const answer = request.systems.find((each) => each.system === system);
    return {
      system,
      rowsBefore: before.systems[system].naming,
      rowsAfter: after.systems[system].naming,
      othersBefore: before.systems[system].rows,
      othersAfter: after.systems[system].rows,
      answer: answer?.outcome ?? 'none',
      method: answer?.method ?? null,
    };
  });
}

export const resultOf = (
  counts: Counts,
  loadSeconds: number,
  id: string,
  followed: Followed,
  before: Snapshot,
  after: Snapshot,
): Result => ({
  events: counts.events,
  unattributed: counts.unattributed,
  rejected: counts.rejected,
  subjects: counts.subjects,
  loadSeconds: rounded(loadSeconds),
  request: {
    id,
    state: followed.request.state,
    outcome: followed.request.outcome,
    seconds: rounded(followed.seconds),
  },
  systems: systemResults(before, after, followed),
  othersChecksumUnchanged: othersUnchanged(before, after),
});

const rounded = (seconds: number): number => Math.round(seconds * 10) / 10;

/** Before and after, for the subject and for everyone else. */
export function beforeAndAfter(before: Snapshot, after: Snapshot, followed: Followed): readonly string[] {
  const results = systemResults(before, after, followed);
  const table = tableOf(
    ['system', 'subject before', 'after', 'everyone else before', 'after', 'checksum', 'answer', 'method'],
    results.map(({ system, rowsBefore, rowsAfter, othersBefore, othersAfter, answer, method }) => [
      ...[system, rowsBefore, rowsAfter, othersBefore, othersAfter],
      before.systems[system].checksum === after.systems[system].checksum ? 'unchanged' : 'CHANGED',
      answer,
      method ?? '',
    ]),
  );
  const revenue = before.revenue === after.revenue ? 'unchanged' : `CHANGED, it was ${pounds(before.revenue)}`;
  return [...table, '', `The year's revenue: ${pounds(after.revenue)} pounds, ${revenue}.`];
}

function pounds(exact: string): string {
  const [whole = '0', ...fraction] = exact.split('.');
  return [count(Number(whole)), ...fraction].join('.');
}
