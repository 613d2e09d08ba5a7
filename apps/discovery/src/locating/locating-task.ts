/**
 * The locating barrier's poller: one for all open locations, so the hot path pays nothing. It reads what the barriers
 * need, always after it saw the records that need it, and gives it to them as commands. All open locations have their
 * turn, the oldest first, and one that fails is no reason for the others to wait.
 */
import { ProblemError, type ServiceHandle, type Task } from '@lethe/service';
import { isPassing } from '@lethe/store';
import {
  type BarrierFact,
  barrierNeed,
  identifiersToRegister,
  registeredNames,
  registerEntries,
} from '@lethe/subject-footprint';
import { locatingCapped, locatingFailures, locatingOldest, locatingOpen, locationsCapped } from '../metrics.ts';
import type { Names } from '../names.ts';
import { erasureRegister } from '../store/erasure-register.ts';
import { locations } from '../store/locations.ts';
import { type OpenLocation, openLocations } from '../store/open-locations.ts';
import { barrierFacts } from './barrier-facts.ts';
import { walkSubject } from './walk-subject.ts';

/** What the task uses of the service, for specs that have no whole one. */
export type LocatingService = Pick<
  ServiceHandle,
  'bus' | 'command' | 'logger' | 'metrics' | 'prefix' | 'store' | 'topic' | 'transact'
>;

export interface Locating {
  readonly everyMs: number;
  /** How many are looked at in one step. */
  readonly atOnce: number;
  readonly gaugesEveryMs: number;
}

type Need = BarrierFact['need'];

const usual: Locating = { everyMs: 150, atOnce: 200, gaugesEveryMs: 1_000 };

export function locatingTask(
  service: LocatingService,
  names: Pick<Names, 'checkKeys' | 'registerName'>,
  { everyMs, atOnce, gaugesEveryMs }: Locating = usual,
): Task {
  const factFor = barrierFacts(service);
  /** The last one that had its turn; null when the next is the oldest. */
  let last: OpenLocation | null = null;
  let gaugesAt = -Infinity;

  const step = async (): Promise<boolean> => {
    await showStanding();
    const open = await openLocations.after(service.store, last, atOnce);
    // Read at most once for all locations of this round, and only after they were seen.
    const facts = new Map<Need, Promise<BarrierFact | null>>();
    const read = (need: Need): Promise<BarrierFact | null> => {
      const reading = facts.get(need) ?? factFor[need]().catch((error: unknown) => failed({ need, error }));
      facts.set(need, reading);
      return reading;
    };
    let moved = false;
    for (const location of open) {
      last = location;
      try {
        moved = (await serve(location, read)) || moved;
      } catch (error) {
        if (error instanceof ProblemError) return false; // busy, and so it is for all of them
        failed({ requestId: location.id, error });
        if (isPassing(error)) return false; // the next ones follow in the next step
      }
    }
    if (open.length < atOnce) last = null;
    return moved;
  };

  /** True if the barrier has moved. */
  const serve = async (
    { id, state }: OpenLocation,
    read: (need: Need) => Promise<BarrierFact | null>,
  ): Promise<boolean> => {
    const wanted = barrierNeed(state);
    if (wanted === null) return false;
    if (wanted.need === 'walk') {
      await walkAgain(id);
      return true;
    }
    const fact = await read(wanted.need);
    if (fact === null) return false;
    const after = await service.command(locations, id, { type: 'HearBarrier', turn: wanted.turn, fact });
    return after.turn !== wanted.turn;
  };

  /** One transaction: the record as it is now, the walk in the same snapshot, registration of what is new. */
  const walkAgain = async (requestId: string): Promise<void> => {
    const ends = { capped: false };
    await service.transact(async (reader, now) => {
      ends.capped = false;
      const state = (await reader.states(locations, [requestId])).get(requestId);
      if (state === undefined || barrierNeed(state)?.need !== 'walk') return {};
      await names.checkKeys(reader);
      const found = await walkSubject(reader, state.found.identifiers);
      const fresh = identifiersToRegister(state.found, found);
      ends.capped = state.found.capped && fresh.length === 0;
      return {
        writes: registerEntries(registeredNames(fresh, names.registerName), requestId, now, state.erasing).map(
          erasureRegister.add,
        ),
        commands: [locations.command(requestId, { type: 'WalkAgain', turn: state.turn, found })],
      };
    });
    if (!ends.capped) return;
    service.metrics.count(locationsCapped, 1);
    service.logger.warn({ requestId }, 'a location stays incomplete: the subject is larger than may be told');
  };

  const failed = (what: { readonly error: unknown } & ({ requestId: string } | { need: Need })): null => {
    service.metrics.count(locatingFailures, 1);
    service.logger.warn(what, 'a location waits for its next turn');
    return null;
  };

  const showStanding = async (): Promise<void> => {
    if (performance.now() < gaugesAt) return;
    gaugesAt = performance.now() + gaugesEveryMs;
    const { locating, capped, oldestMs } = await openLocations.standing(service.store);
    service.metrics.set(locatingOpen, locating);
    service.metrics.set(locatingCapped, capped);
    service.metrics.set(locatingOldest, oldestMs / 1_000);
  };

  return { name: 'locating', everyMs, step };
}
