import { describe, expect, it } from '@jest/globals';
import { SELDOM_MS } from './metrics/looking.ts';
import { silence } from './silence.ts';

describe('the silence of a server', () => {
  it('is none between two answers of one that is asked as seldom as that happens', () => {
    let now = 0;
    const kafka = silence(() => now);
    kafka.answered();
    const told: number[] = [];
    for (let look = 1; look <= 3; look += 1) {
      now += SELDOM_MS + 10_000; // a look takes its own time
      told.push(kafka.answeringMs());
      kafka.answered();
    }
    expect(told).toEqual([0, 70_000, 140_000]);
  });

  it('begins with a failure, or when nobody asks any more', () => {
    let now = 0;
    const kafka = silence(() => now);
    kafka.answered();
    now += SELDOM_MS;
    kafka.answered();
    expect(kafka.answeringMs()).toBe(SELDOM_MS);
    now += 2 * SELDOM_MS + 1;
    expect(kafka.answeringMs()).toBe(0);
    kafka.answered();
    kafka.failed();
    expect(kafka.answeringMs()).toBe(0);
    expect(kafka.ms()).toBe(0);
  });
});
