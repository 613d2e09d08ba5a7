import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { databaseClock } from './clock.ts';

describe('the clock', () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  it("goes on with the database's time, whatever this process's clock is set to", async () => {
    jest.useFakeTimers({ now: new Date('2031-01-01T00:00:00Z') });
    const database = new Date('2026-03-01T12:00:00Z');
    const clock = await databaseClock({ now: () => Promise.resolve(database) });
    expect(clock.now()).toEqual(database);
    jest.setSystemTime(new Date('2031-01-02T00:00:00Z'));
    expect(clock.now()).toEqual(database);
    jest.advanceTimersByTime(5_000);
    expect(clock.now()).toEqual(new Date('2026-03-01T12:00:05Z'));
  });

  it('says how far this process is off, so that it is not ready', async () => {
    jest.useFakeTimers({ now: new Date('2026-03-01T12:01:00Z') });
    const clock = await databaseClock({ now: () => Promise.resolve(new Date('2026-03-01T12:00:00Z')) });
    expect(clock.offMs()).toBe(60_000);
  });
});
