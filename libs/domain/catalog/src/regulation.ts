import type { Catalog, Regulation } from './catalog.ts';
import type { RespondWithin } from './schema.ts';

/**
 * The earliest due date of these regulations, or of all in the catalog if none is named.
 *
 * A time in months runs by the calendar: to the same date of the last month, or to its last day if it has no such date
 * (GDPR art. 12(3) "within one month of receipt"; Regulation (EEC, Euratom) 1182/71 art. 3(2)(c)). The regulation lets
 * the time run to the end of that day, and to the next working day after a weekend or holiday (art. 3(4)); we keep to
 * the hour of receipt and take neither, all in UTC. Where local time differs from UTC the local day can end up to the
 * zone's offset before ours: a due date is not a moment to aim for.
 *
 * @throws RangeError on a regulation that is not in the catalog, or an invalid date.
 */
export function respondBy(catalog: Catalog, regulations: readonly string[], receivedAt: Date): Date {
  const duties = regulations.length === 0 ? [...catalog.regulations.values()] : regulations.map(named(catalog));
  const dueDates = duties.map(({ respond }) => dueAfter(respond, receivedAt).getTime());
  return new Date(Math.min(...dueDates));
}

function named(catalog: Catalog): (id: string) => Regulation {
  return (id) => {
    const regulation = catalog.regulations.get(id);
    if (regulation === undefined) throw new RangeError('a regulation that is not in the catalog');
    return regulation;
  };
}

const day = 24 * 60 * 60 * 1000;

export function dueAfter(respond: RespondWithin, receivedAt: Date): Date {
  const due =
    'months' in respond ? addMonths(receivedAt, respond.months) : new Date(receivedAt.getTime() + respond.days * day);
  if (Number.isNaN(due.getTime())) throw new RangeError('not a date, or beyond what a date can hold');
  return due;
}

/** The same time of day on the same date of a later month, or on its last day: 31 January + 1 = 28 or 29 February. */
export function addMonths(from: Date, months: number): Date {
  const due = new Date(from);
  due.setUTCDate(1);
  due.setUTCMonth(due.getUTCMonth() + months);
  due.setUTCDate(Math.min(from.getUTCDate(), daysInMonth(due)));
  return due;
}

function daysInMonth(date: Date): number {
  const last = new Date(date);
  last.setUTCDate(1);
  last.setUTCMonth(last.getUTCMonth() + 1);
  last.setUTCDate(0);
  return last.getUTCDate();
}

/** The least time that a duty can leave, in milliseconds, whenever the request arrives: one month can be 28 days. */
export function shortestTime(respond: RespondWithin): number {
  // Every day of a year without a 29 February; with one, the time is only longer.
  const firstDay = Date.UTC(2025, 0, 1);
  const times = Array.from({ length: 365 }, (_, index) => {
    const receivedAt = new Date(firstDay + index * day);
    return dueAfter(respond, receivedAt).getTime() - receivedAt.getTime();
  });
  return Math.min(...times);
}
