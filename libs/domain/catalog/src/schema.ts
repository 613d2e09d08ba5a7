import { normalisers } from '@lethe/identity';
import { z } from 'zod';
import { parseDuration } from './duration.ts';

/** Systems, datasets and controllers: a system's name becomes part of a topic's name. */
const name = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,62}$/, 'a name is 1 to 63 of a-z, 0-9 and -, and begins with a letter');
/** Identity types are fields of upstream's records, where `_` is usual. */
const typeName = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,62}$/, 'a name is 1 to 63 of a-z, 0-9, - and _, and begins with a letter');
const text = z.string().trim().min(1);

const identityType = z.strictObject({
  name: typeName,
  perSubject: z
    .int()
    .min(1)
    .max(1000)
    .describe('The most values of this type that one subject may have; a subject with more waits for a person.'),
  blocked: z
    .array(z.string())
    .default([])
    .describe(
      'Values that name nobody, beside the usual ones (null, -1, anonymous, zeros, ...). Quote null and numbers.',
    ),
  normaliser: z.enum(normalisers).default('exact').describe('How two spellings of one value become one.'),
});

export const respondWithin = z.union(
  [z.strictObject({ months: z.int().min(1).max(24) }), z.strictObject({ days: z.int().min(1).max(730) })],
  { error: 'give the time as `months` or as `days`, a whole number' },
);

export const regulation = z.strictObject({
  id: name,
  title: text,
  source: text.describe('Where the duty is written: article and official reference.'),
  respond: respondWithin.describe('The time to answer the subject, from receipt.'),
});

export const catalogFile = z
  .strictObject({
    controllers: z.array(name).min(1).describe('Whose data this cell serves.'),
    identityTypes: z.array(identityType).min(1),
    regulations: z.array(regulation).min(1).describe('Duties as cited data; the earliest due date rules.'),
  })
  .describe('catalog.yaml: what holds for every system.');

const feed = z.strictObject({
  dataset: name,
  identities: z
    .record(typeName, z.enum(['links', 'mentions']))
    .refine((identities) => Object.keys(identities).length > 0, 'a feed names at least one identity type')
    .describe('Per identity type: `links` if the feed verified the value (it joins subjects), else `mentions`.'),
  establishes: z
    .boolean()
    .describe('True if an event is a relationship beginning (sign-up, purchase, consent), false if it copies data.'),
});

export const systemFile = z
  .strictObject({
    name: name.describe('The same as the file: systems/<name>.yaml.'),
    kind: z
      .enum(['internal', 'processor', 'recipient'])
      .describe('A recipient is an independent controller: it is notified, not ordered.'),
    locate: z
      .enum(['always', 'when_seen'])
      .default('always')
      .describe('when_seen: its feeds have told everything since the date in `since`, so that it may be left out.'),
    since: z.iso.date().nullable().default(null),
    datasets: z.array(name).min(1),
    identityTypes: z.array(typeName).min(1).describe('The types that it can look a subject up by.'),
    answerWithin: z
      .string()
      .refine((value) => parseDuration(value) !== undefined, 'an ISO 8601 duration of weeks, days or hours, like P7D')
      .describe('Within which time of an order it answers: weeks, days, hours, minutes or seconds, like P7D or PT12H.'),
    feeds: z.array(feed).default([]).describe('What it tells on user-events, by dataset.'),
  })
  .describe('systems/<name>.yaml: one system, owned by its team.');

export type RespondWithin = z.output<typeof respondWithin>;
export type CatalogFile = z.output<typeof catalogFile>;
export type SystemFile = z.output<typeof systemFile>;

/** JSON Schemas (2020-12) of the two kinds of file, for editors. */
export function publicCatalogShape(): { readonly catalog: object; readonly system: object } {
  const shape = (schema: z.ZodType) => z.toJSONSchema(schema, { io: 'input' });
  return { catalog: shape(catalogFile), system: shape(systemFile) };
}
