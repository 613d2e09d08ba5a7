import { describe, expect, it } from '@jest/globals';
import { type FetchedMessage, type FetchedPartition, isTail, readCommitted } from './read-committed.ts';

const ABORT = Buffer.from([0, 0, 0, 0]);
const COMMIT = Buffer.from([0, 0, 0, 1]);

const message = (offset: number, producerId: string | null, key: Buffer | null = null): FetchedMessage => ({
  offset: String(offset),
  key,
  value: null,
  isControlRecord: false,
  batchContext: {
    firstOffset: String(offset),
    lastOffsetDelta: 0,
    producerId: producerId ?? '-1',
    inTransaction: producerId !== null,
  },
});
const marker = (offset: number, producerId: string, key: Buffer): FetchedMessage => ({
  ...message(offset, producerId, key),
  isControlRecord: true,
});
const fetched = (messages: readonly FetchedMessage[], more: Partial<FetchedPartition> = {}): FetchedPartition => ({
  partition: 0,
  highWatermark: '100',
  lastStableOffset: '50',
  abortedTransactions: [],
  messages,
  ...more,
});
const seen = (data: FetchedPartition): readonly string[] =>
  data.messages.map((one) => (isTail(one) ? `tail ${one.offset}` : one.offset));

describe('read committed', () => {
  it('leaves plain records alone', () => {
    expect(seen(readCommitted(fetched([message(3, null), message(4, null)]), 3))).toEqual(['3', '4']);
  });

  it('ends a batch with a tail when it covers more than its records', () => {
    expect(seen(readCommitted(fetched([message(3, 'p'), marker(4, 'p', COMMIT)]), 3))).toEqual(['3', 'tail 4']);
    expect(seen(readCommitted(fetched([marker(4, 'p', COMMIT)]), 4))).toEqual(['tail 4']);
  });

  it('knows two aborted transactions that began before the fetch position', () => {
    const abortedTransactions = [
      { producerId: 'q', firstOffset: '1' },
      { producerId: 'p', firstOffset: '0' },
    ];
    const messages = [message(2, 'q'), marker(3, 'p', ABORT), message(4, null), marker(5, 'q', ABORT), message(6, 'q')];
    expect(seen(readCommitted(fetched(messages, { abortedTransactions }), 2))).toEqual(['4', '6']);
  });

  it('does not take a record whose key looks like an abort marker for one', () => {
    const abortedTransactions = [{ producerId: 'p', firstOffset: '0' }];
    const messages = [message(0, 'p', ABORT), message(1, 'p'), marker(2, 'p', ABORT)];
    expect(seen(readCommitted(fetched(messages, { abortedTransactions }), 0))).toEqual(['tail 2']);
  });

  it('leaves out what a compressed batch holds before the fetch position, and covers what compaction took from its end', () => {
    const batchContext = { firstOffset: '0', lastOffsetDelta: 9, producerId: '-1', inTransaction: false };
    const messages = [1, 4, 6].map((offset) => ({ ...message(offset, null), batchContext }));
    expect(seen(readCommitted(fetched(messages), 4))).toEqual(['4', '6', 'tail 9']);
    expect(seen(readCommitted(fetched(messages), 8))).toEqual(['tail 9']);
  });

  it('says how far committed records go, not how far the log goes', () => {
    expect(readCommitted(fetched([]), 0)).toMatchObject({ highWatermark: '50', messages: [] });
    expect(readCommitted(fetched([], { lastStableOffset: '-1' }), 0).highWatermark).toBe('100');
  });
});
