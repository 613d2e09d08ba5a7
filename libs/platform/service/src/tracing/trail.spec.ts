import { beforeEach, describe, expect, it } from '@jest/globals';
import type { RecordCommand, RecordsKind } from '../handlers.ts';
import { contextIn, notebook, type Notebook, traceId } from './notebook.given.ts';
import { messageSource } from './source.ts';
import { partsOf } from './trace-context.ts';
import { type MessageSource, openTrail } from './trail.ts';

const request = '0f1e2d3c-4b5a-4697-8899-aabbccddeeff';
const kind = { collection: 'cases' } as RecordsKind;
const command: RecordCommand = { kind, record: request, command: { type: 'RecordAnswer' } };

function message(
  given: { readonly context?: string; readonly edge?: boolean; readonly event?: object } = {},
): MessageSource {
  const { context, edge = false, event = { requestId: request, orderId: `${request}:desk:1` } } = given;
  const headers = context === undefined ? {} : { traceparent: context };
  const record = { offset: 7, key: null, value: null, headers, appendedAt: new Date() };
  const place = { group: 'g', edge, system: 'desk' };
  return messageSource({ topic: 'answers.desk', partition: 2 }, record, { name: 'ErasureAnswered', event }, place);
}

describe('the trail of a transaction', () => {
  let book: Notebook;
  beforeEach(() => {
    book = notebook();
  });

  it('leads from a message to what is said because of it', () => {
    const trail = openTrail(book, undefined);
    const step = trail.command(command, undefined, message({ context: contextIn(1) }));
    trail.committed();
    expect(partsOf(step?.traceparent ?? '').traceId).toBe(traceId(1));
    expect(book.noted).toMatchObject([
      {
        name: 'process answers.desk',
        kind: 'consumer',
        parent: contextIn(1),
        said: {
          'messaging.kafka.offset': 7,
          'lethe.event': 'ErasureAnswered',
          'lethe.request.id': request,
          'lethe.order.id': `${request}:desk:1`,
        },
      },
    ]);
  });

  it('stays in the trace of the record, whatever a team says of itself', () => {
    for (const context of [undefined, contextIn(9)]) {
      const trail = openTrail(book, undefined);
      trail.command(command, contextIn(1, 0x11), message({ edge: true, ...(context !== undefined && { context }) }));
      trail.committed();
    }
    expect(book.noted.map(({ parent }) => parent)).toEqual([contextIn(1, 0x11), contextIn(1, 0x11)]);
  });

  it('is linked to the team that hands the context on: its own span may be known to nobody else', () => {
    book.admits = false; // nobody has to: the record vouches for its own trace
    const trail = openTrail(book, undefined);
    trail.command(command, contextIn(1, 0x11), message({ edge: true, context: contextIn(1, 0x99) }));
    trail.committed();
    expect(book.noted).toMatchObject([{ parent: contextIn(1, 0x11), links: [contextIn(1, 0x99)] }]);
  });

  it('begins with a stranger only as often as it may', () => {
    for (const admits of [false, true]) {
      book.admits = admits;
      const trail = openTrail(book, undefined);
      trail.command(command, undefined, message({ edge: true, context: contextIn(5) }));
      trail.message(message({ edge: true, context: contextIn(5) }));
      trail.committed();
    }
    expect(book.noted.filter(({ kind: of }) => of === 'consumer')).toHaveLength(2);
  });

  it('is nowhere when neither message nor record is traced', () => {
    const trail = openTrail(book, undefined);
    expect(trail.command(command, undefined, message())).toBeNull();
    trail.committed();
    expect(book.noted).toEqual([]);
  });

  it('leaves nothing of an attempt that was not committed, nor of a timer that changed nothing', () => {
    openTrail(book, undefined).command(command, contextIn(1), message());
    const trail = openTrail(book, { name: 'due', parent: null });
    trail.command(command, contextIn(1), undefined);
    const second = trail.command(command, contextIn(1), undefined);
    if (second !== null) second.tell = true;
    trail.committed();
    expect(book.noted).toMatchObject([
      { name: 'due cases', kind: 'internal', said: { 'lethe.command': 'RecordAnswer' } },
    ]);
  });

  it('says why a message was given up', () => {
    const trail = openTrail(book, undefined);
    const step = trail.command(command, undefined, message({ context: contextIn(1) }));
    if (step !== null) step.failed = 'order_id_malformed';
    trail.committed();
    expect(book.noted).toMatchObject([{ failed: 'order_id_malformed' }]);
  });

  it('ties the messages of one transaction together by links', () => {
    const trail = openTrail(book, undefined);
    const steps = [1, 2, 3].map((trace) => trail.message(message({ context: contextIn(trace) })));
    trail.committed();
    const batch = book.noted.at(-1);
    expect(batch).toMatchObject({ name: 'transaction', parent: null, said: { 'messaging.batch.message_count': 3 } });
    expect(batch?.links).toEqual(steps.map((step) => step?.traceparent));
  });

  it('finds the message that is about a request', () => {
    const trail = openTrail(book, undefined);
    const step = trail.message(message({ context: contextIn(1) }));
    expect(trail.ofRequest(request)).toBe(step);
    expect(trail.ofRequest('another')).toBeUndefined();
  });
});

describe('what a span says of a message', () => {
  const marked = 'canary@example.com';

  it.each([
    ['a text for a request id', { requestId: marked, orderId: `${marked}:desk:1` }],
    ['the order of another request', { requestId: request, orderId: `${marked}:desk:1` }],
    ['the order of another system', { requestId: request, orderId: `${request}:${marked}:1` }],
    ['a text for a round', { requestId: request, orderId: `${request}:desk:${marked}` }],
    ['anything else', { requestId: request, orderId: 7, reason: marked, identities: [{ value: marked }] }],
  ])('is nothing of what a stranger wrote as %s', (_what, event) => {
    const { ids } = message({ event, context: contextIn(1) });
    expect(JSON.stringify(ids)).not.toContain(marked);
    expect(ids).not.toHaveProperty(['lethe.order.id']);
  });
});
