/** The schemas that orders may be written by: those of this build, and what others have published since. */
import type { Bus } from '@lethe/bus';
import { ContractError, decodeEvent, type SchemaSet, schemaSet } from '@lethe/contracts';

export interface Schemas {
  readonly set: SchemaSet;
  /** Reads what was published on `lethe.schemas`; not more often than once a minute for the same bytes. */
  learnFor(value: Buffer): Promise<void>;
}

const LOOK_AGAIN_MS = 60_000;
const MOST_REMEMBERED = 100;
/** Magic bytes and fingerprint. */
const HEADER_BYTES = 10;

export function schemasOn(bus: Bus, topic: string): Schemas {
  const set = schemaSet();
  const looked = new Map<string, number>();
  return {
    set,
    async learnFor(value) {
      const wire = value.toString('hex', 0, HEADER_BYTES);
      if (performance.now() - (looked.get(wire) ?? -Infinity) < LOOK_AGAIN_MS) return;
      if (looked.size >= MOST_REMEMBERED) looked.clear();
      for await (const record of bus.readAll(topic)) if (record.value !== null) takeIn(record.value, set);
      looked.set(wire, performance.now());
    },
  };
}

/** One that this build cannot use must not stand in the way of the one that is wanted. */
function takeIn(value: Buffer, set: SchemaSet): void {
  try {
    const published = decodeEvent(value);
    if (published.name === 'SchemaPublished') set.add(published.event.schema);
  } catch (error) {
    if (!(error instanceof ContractError)) throw error;
  }
}
