/** Pages of the list: a cursor says behind which request the next page begins, so that no page repeats or skips one. */
import { z } from 'zod';
import type { ListPlace, StoredRequest } from '../../store/subject-requests.ts';
import { type RequestPage, viewOf } from './request-view.ts';

const place = z.tuple([z.int(), z.string().max(64)]);

export const listQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(20).describe('The most requests on a page.'),
  cursor: z
    .string()
    .max(200)
    .refine((text) => placeIn(text) !== null, 'must be the `next` of an earlier page')
    .optional()
    .describe('Where the page begins: `next` of the page before it.'),
});

export function placeIn(cursor: string): ListPlace | null {
  const parsed = place.safeParse(jsonIn(Buffer.from(cursor, 'base64url').toString('utf8')));
  if (!parsed.success) return null;
  const [receivedAt, id] = parsed.data;
  const date = new Date(receivedAt);
  return Number.isNaN(date.getTime()) ? null : { receivedAt: date, id };
}

function cursorOf({ receivedAt, id }: ListPlace): string {
  return Buffer.from(JSON.stringify([receivedAt.getTime(), id]), 'utf8').toString('base64url');
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // no cursor of ours
  }
}

/** @param found one more than the limit, if there are more: that is how the last page is known */
export function pageOf(found: readonly StoredRequest[], limit: number): RequestPage {
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  const receivedAt = last?.state.receivedAt ?? null;
  const next = found.length > limit && last !== undefined && receivedAt !== null;
  return {
    items: shown.flatMap(({ id, state }) => viewOf(id, state) ?? []),
    next: next ? cursorOf({ receivedAt, id: last.id }) : null,
  };
}
