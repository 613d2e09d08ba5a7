/**
 * The locating barrier's poller: one for all open locations, so the hot path pays nothing. It reads what the barriers
 * need, always after it saw the records that need it, and gives it to them as commands.
 */
import type { ServiceHandle, Task } from '@lethe/service';
import { fencePositions } from '@lethe/service';
import {
  type BarrierFact,
  barrierNeed,
  type LogEnd,
  newRefs,
  type Position,
  registerEntries,
} from '@lethe/subject-footprint';
import { erasureRegister } from '../store/erasure-register.ts';
import { locations } from '../store/locations.ts';
import { openLocations } from '../store/open-locations.ts';
import { walkSubject } from './walk-subject.ts';

const EVERY_MS = 150;
const AT_ONCE = 200;

export function locatingTask(service: ServiceHandle, registerHash: (ref: string) => string): Task {
  const feeds = [service.topic('lethe.user-events')];
  const observations = [service.topic('lethe.observations')];
  const intake = `${service.prefix}-intake`;

  const factFor = {
    feed_ends: async (): Promise<BarrierFact> => ({ need: 'feed_ends', ends: await logEnds(service, feeds) }),
    observation_ends: async (): Promise<BarrierFact> => ({
      need: 'observation_ends',
      ends: await logEnds(service, observations),
    }),
    intake_positions: async (): Promise<BarrierFact> => ({
      need: 'intake_positions',
      positions: (await service.bus.committedOffsets(intake, feeds)).map(({ offset, ...at }) => ({
        ...at,
        next: offset,
      })),
    }),
    discovery_positions: async (): Promise<BarrierFact> => ({
      need: 'discovery_positions',
      positions: (await fencePositions(service.store, 'discovery', observations)) satisfies readonly Position[],
    }),
  } as const;

  /** One transaction: the record as it is now, the walk in the same snapshot, registration of what is new. */
  const walkAgain = (requestId: string): Promise<void> =>
    service.transact(async (reader, now) => {
      const state = (await reader.states(locations, [requestId])).get(requestId);
      if (state === undefined || barrierNeed(state)?.need !== 'walk') return {};
      const found = await walkSubject(reader, state.found.identifiers);
      const fresh = newRefs(state.found, found).map(registerHash);
      return {
        writes: registerEntries(fresh, requestId, now).map(erasureRegister.add),
        commands: [locations.command(requestId, { type: 'WalkAgain', turn: state.turn, found })],
      };
    });

  const step = async (): Promise<boolean> => {
    const open = await openLocations(service.store, AT_ONCE);
    let moved = false;
    // Read at most once for all locations of this round, and only after they were seen.
    const facts = new Map<string, Promise<BarrierFact>>();
    for (const { id, state } of open) {
      const wanted = barrierNeed(state);
      if (wanted === null) continue;
      if (wanted.need === 'walk') {
        await walkAgain(id);
        moved = true;
        continue;
      }
      const reading = facts.get(wanted.need) ?? factFor[wanted.need]();
      facts.set(wanted.need, reading);
      const after = await service.command(locations, id, {
        type: 'HearBarrier',
        turn: wanted.turn,
        fact: await reading,
      });
      moved ||= after.turn !== wanted.turn;
    }
    return moved;
  };

  return { name: 'locating', everyMs: EVERY_MS, step };
}

async function logEnds(service: ServiceHandle, topics: readonly string[]): Promise<readonly LogEnd[]> {
  const starts = new Map(
    (await service.bus.startOffsets(topics)).map(({ topic, partition, offset }) => [`${topic}/${partition}`, offset]),
  );
  const ends = await service.bus.endOffsets(topics);
  return ends.map(({ topic, partition, offset }) => ({
    topic,
    partition,
    start: starts.get(`${topic}/${partition}`) ?? 0,
    end: offset,
  }));
}
