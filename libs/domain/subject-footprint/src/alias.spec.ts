import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { identifierOf, type NamedIdentity, oncePerIdentifier } from './alias.ts';
import { aliasOf, linkOf } from './link.ts';
import { startWalk, step, type Walk } from './subject.ts';

const seed = 15_073;
const day = new Date('2026-03-01');
const identity = (ref: string, ...aliases: readonly string[]): NamedIdentity => ({
  type: 'email',
  ref,
  sealed: { keyId: 'k1', nonce: Buffer.alloc(12), ciphertext: Buffer.from(ref) },
  ...(aliases.length > 0 && { aliases }),
});

describe('names of one identifier', () => {
  it('are one identifier, the first of them, with the others as aliases', () => {
    const pairs = [{ a: 'p1.a', b: 'p2.a' }];
    expect(oncePerIdentifier([identity('p2.a'), identity('p1.a'), identity('p1.b')], pairs)).toEqual([
      identity('p2.a', 'p1.a'),
      identity('p1.b'),
    ]);
    expect(oncePerIdentifier([identity('p1.a', 'p2.a'), identity('p2.a', 'p3.a')])).toEqual([
      identity('p1.a', 'p2.a', 'p3.a'),
    ]);
  });

  it('are none while no pair speaks of them', () => {
    const all = [identity('p1.a'), identity('p1.b')];
    expect(oncePerIdentifier([...all, ...all])).toEqual(all);
  });

  it('are the same whichever way round and in whatever order the pairs are told', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
    const pairs = fc.array(fc.record({ a: name, b: name }), { maxLength: 8 });
    fc.assert(
      fc.property(
        pairs.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        ([all, shuffled]) => {
          const [one, other] = [identifierOf(all), identifierOf(shuffled.map(({ a, b }) => ({ a: b, b: a })))];
          for (const ref of 'abcdef') expect(one(ref)).toBe(other(ref));
        },
      ),
      { seed },
    );
  });
});

describe('a walk', () => {
  const steps = (walk: Walk, links: Parameters<typeof step>[1]): Walk => {
    let at = walk;
    while (at.frontier.length > 0) at = step(at, links);
    return at;
  };
  const star = (pepper: string, count: number) =>
    Array.from({ length: count }, (_, each) => linkOf(`${pepper}.0`, `${pepper}.${each + 1}`, 'feed', day));
  const aliases = (count: number) =>
    Array.from({ length: count + 1 }, (_, each) => aliasOf(`p1.${each}`, `p2.${each}`, day));

  it('follows aliases, and two names of one identifier take the room of one', () => {
    const links = [...star('p1', 9), ...aliases(9)];
    const walk = steps(startWalk(['p2.0'], 10), links);
    expect(walk.refs).toHaveLength(20);
    expect(walk.capped).toBe(false);
    expect(steps(startWalk(['p2.0'], 9), links)).toMatchObject({ capped: true });
  });

  it('begins with as many identifiers as it may hold, under all their names', () => {
    const names = ['p1.0', 'p2.0', 'p1.1', 'p2.1'];
    const same = [
      { a: 'p1.0', b: 'p2.0' },
      { a: 'p1.1', b: 'p2.1' },
    ];
    expect(startWalk(names, 2, same)).toMatchObject({ refs: names, capped: false });
    expect(startWalk(names, 1, same)).toMatchObject({ refs: ['p1.0', 'p2.0'], capped: true });
  });
});
