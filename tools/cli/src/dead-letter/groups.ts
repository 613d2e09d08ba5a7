/** Dead letters counted by topic and reason. Pure. */
import { table } from '../terminal/table.ts';
import type { Letter } from './letters.ts';

export interface Group {
  readonly topic: string;
  readonly reason: string;
  readonly letters: number;
  readonly redriven: number;
  /** How many hold only the beginning of their record, and cannot be redriven. */
  readonly truncated: number;
  readonly oldest: Date;
  readonly newest: Date;
}

/** In place of a reason: the record was not written by a service. */
export const NOT_OURS = 'no_dead_letter_of_lethe';

export const count = (
  groups: Map<string, Group>,
  { topic, reason }: Pick<Group, 'topic' | 'reason'>,
  { appendedAt, truncatedFrom }: Pick<Letter, 'appendedAt' | 'truncatedFrom'>,
  redriven: boolean,
): void => {
  const key = `${topic} ${reason}`;
  const known = groups.get(key);
  const {
    letters,
    redriven: before,
    truncated,
    oldest,
    newest,
  } = known ?? {
    letters: 0,
    redriven: 0,
    truncated: 0,
    oldest: appendedAt,
    newest: appendedAt,
  };
  groups.set(key, {
    topic,
    reason,
    letters: letters + 1,
    redriven: before + (redriven ? 1 : 0),
    truncated: truncated + (truncatedFrom === null ? 0 : 1),
    oldest: appendedAt < oldest ? appendedAt : oldest,
    newest: appendedAt > newest ? appendedAt : newest,
  });
};

export const groupsText = (groups: readonly Group[], now: Date): string =>
  groups.length === 0
    ? 'there are no dead letters'
    : table(
        ['topic', 'reason', 'letters', 'redriven', 'only beginning', 'oldest', 'newest'],
        groups.map(({ topic, reason, letters, redriven, truncated, oldest, newest }) => [
          topic,
          reason,
          letters,
          redriven,
          truncated,
          age(oldest, now),
          age(newest, now),
        ]),
      );

const age = (at: Date, now: Date): string => {
  const seconds = Math.max(0, Math.round((now.getTime() - at.getTime()) / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3_600)} h`;
  return `${Math.floor(seconds / 86_400)} days`;
};
