import { describe, expect, it } from '@jest/globals';
import { MongoNetworkError, MongoServerError } from 'mongodb';
import { isPassing, isTooMuch, StoreError } from './errors.ts';

const tooLong = (cause: Error): StoreError => new StoreError('too_long', 'no attempt succeeded in time', { cause });
const TRANSACTION_EXCEEDED_LIFETIME = 290;

describe('what an error of the store means', () => {
  it('is too much work for one transaction when mongod ended it for its age', () => {
    const error = tooLong(new MongoServerError({ message: 'ended', code: TRANSACTION_EXCEEDED_LIFETIME }));
    expect([isTooMuch(error), isPassing(error)]).toEqual([true, true]);
  });

  it('is no question of the amount of work when the server is away', () => {
    const error = tooLong(new MongoNetworkError('gone'));
    expect([isTooMuch(error), isPassing(error)]).toEqual([false, true]);
  });

  it('does not pass by itself when the server is not what it must be', () => {
    expect(isPassing(new StoreError('not_a_replica_set', 'no transactions here'))).toBe(false);
    expect(isPassing(new TypeError('a fault of ours'))).toBe(false);
  });
});
