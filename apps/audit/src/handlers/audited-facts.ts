/**
 * Every request and case fact, and what operators did, becomes one entry. All events share this rule: each has its
 * index from the log's size, and two rules of one transaction would read the same size.
 */
import { randomFillSync } from 'node:crypto';
import type { Arrived, Changes, MessagePlace, Reader } from '@lethe/service';
import { type Audited, factOf, type Opening, saltBytes } from '@lethe/transparency-log';
import { type AuditContext, inBulk } from '../handler-context.ts';
import { entriesWritten, factsMissing, factsRepeated, factToEntry } from '../metrics.ts';
import { cases } from '../store/cases.ts';
import { entries, sourceOf } from '../store/entries.ts';
import { log } from '../store/log.ts';
import { type Appended, appendFacts, type LogSoFar } from './append-facts.ts';

type AuditedArrived = Arrived<AuditContext, Audited>;

interface Found extends LogSoFar {
  readonly openings: readonly Opening[];
}

const rule = {
  read: async (arrived: AuditedArrived, reader: Reader): Promise<Found> => {
    const facts = arrived.map(({ name, event, source }) => factOf(name, event, source));
    const about = [...new Set(facts.flatMap(({ requestId }) => requestId ?? []))];
    const alone = facts.filter(({ requestId }) => requestId === null).map(sourceOf);
    return {
      // Drawn here, at the edge: the decision below is the same for the same salts.
      openings: facts.map((fact) => ({ salt: randomFillSync(new Uint8Array(saltBytes)), fact })),
      size: await log.size(reader),
      cases: await cases.read(reader, about),
      known: await entries.known(reader, alone),
    };
  },
  decide: (_arrived: AuditedArrived, found: Found, now: Date): Changes => {
    const appended = appendFacts(found, found.openings, sourceOf);
    if (appended.entries.length === 0) return { counts: [[factsRepeated, appended.repeated]] };
    return {
      writes: [
        log.move(found.size, appended.size),
        ...appended.entries.map(({ index, opening }) => entries.append(index, opening)),
        ...appended.cases.map(cases.put),
      ],
      counts: [
        [entriesWritten, appended.entries.length],
        [factsRepeated, appended.repeated],
        [factsMissing, appended.gaps],
      ],
      measures: appended.entries.map(({ opening: { fact } }) => [
        factToEntry,
        Math.max(0, now.getTime() - Date.parse(fact.at)) / 1_000,
        { publisher: fact.publisher },
      ]),
      spanOf: (place: MessagePlace) => entrySpan(appended, place),
    };
  },
};

/** A message's span names the entry that its fact became; none for a repetition. */
function entrySpan({ entries: appended }: Appended, { topic, partition, offset }: MessagePlace) {
  const entry = appended.find(({ opening: { fact } }) => {
    const { source } = fact;
    return source.offset === offset && source.partition === partition && source.topic === topic;
  });
  return entry === undefined ? {} : { 'lethe.entry.index': entry.index };
}

export const subjectRequestAccepted = inBulk('SubjectRequestAccepted', rule);
export const subjectRequestCompleted = inBulk('SubjectRequestCompleted', rule);
export const caseOpened = inBulk('CaseOpened', rule);
export const orderSent = inBulk('OrderSent', rule);
export const orderAnswered = inBulk('OrderAnswered', rule);
export const caseClosed = inBulk('CaseClosed', rule);
export const subjectLookedUp = inBulk('SubjectLookedUp', rule);
export const deadLetterRevealed = inBulk('DeadLetterRevealed', rule);
export const deadLetterRedriven = inBulk('DeadLetterRedriven', rule);
export const fenceAdopted = inBulk('FenceAdopted', rule);
