/** A case's entries as they are shown: what the log commits to, and the opening that makes it readable. */
import { parseQuery, ProblemError } from '@lethe/service';
import type { Store } from '@lethe/store';
import type { Opening } from '@lethe/transparency-log';
import { z } from 'zod';
import { cases, type CaseLog } from '../store/cases.ts';
import { entries, type LogEntry } from '../store/entries.ts';

const query = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(100),
  cursor: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,24}$/, 'must be the `next` of an earlier page')
    .refine((text) => indexIn(text) !== null, 'must be the `next` of an earlier page')
    .optional(),
});

/** @throws ProblemError 400, 404 */
export async function showCaseEntries(store: Store, caseId: string, asked: unknown) {
  const { limit, cursor } = parseQuery(query, asked);
  const known = await cases.show(store, caseId);
  if (known === null) throw new ProblemError({ status: 404, code: 'not-found', title: 'There is no such case' });
  const from = cursor === undefined ? 0 : (indexIn(cursor) ?? 0);
  const found = await entries.ofCase(store, caseId, from, limit + 1);
  return {
    case: caseId,
    entries: found.slice(0, limit).map(entryView),
    /** Facts that were published, as the sequence of their publisher shows, and never reached the log. */
    missing: missingOf(known),
    next: found.length > limit ? cursorOf(found[limit]) : null,
  };
}

function entryView({ index, kind, day, entry, opening }: LogEntry) {
  return { index, kind, day, entry, opening: opening === null ? null : openingView(opening) };
}

function openingView({ salt, fact }: Opening) {
  return { salt: Buffer.from(salt).toString('base64'), fact };
}

/** Per publisher, the sequences below the highest heard one that were not heard. */
export function missingOf({ heard }: Pick<CaseLog, 'heard'>) {
  return Object.entries(heard).flatMap(([publisher, sequences]) => {
    const known = new Set(sequences);
    return Array.from({ length: sequences.at(-1) ?? 0 }, (_, index) => index + 1)
      .filter((sequence) => !known.has(sequence))
      .map((sequence) => ({ publisher, sequence }));
  });
}

function cursorOf(entry: LogEntry | undefined): string | null {
  return entry === undefined ? null : Buffer.from(String(entry.index), 'utf8').toString('base64url');
}

function indexIn(cursor: string): number | null {
  const text = Buffer.from(cursor, 'base64url').toString('utf8');
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}
