/** From a record to an event, or to the reason why it never becomes one. */
import { ContractError, decodeEvent, type Events, type Named, type SchemaSet } from '@lethe/contracts';
import { type Bus, type BusRecord, RetryableError, TerminalError } from '@lethe/bus';

export interface Decoded {
  readonly name: Named;
  readonly event: Events[Named];
}

export interface Decoder {
  /**
   * @throws TerminalError when it never will be an event
   * @throws RetryableError `unknown_fingerprint` on a topic inside Lethe: its schema is on its way, see `learn`
   */
  decode(record: BusRecord, edge: boolean): Decoded;
  /**
   * Takes in the schemas that others published since this build was made. One that this build cannot use (of an event
   * that it does not know, say) is passed over: it must not stand in the way of the one that is waited for.
   */
  learn(): Promise<void>;
}

/** @param learned told after each reading of the topic, whatever came of it */
export function createDecoder(
  bus: Bus,
  schemas: SchemaSet,
  schemasTopic: string,
  learned: (outcome: 'read' | 'failed') => void,
): Decoder {
  return {
    decode: ({ value }, edge) => {
      if (value === null) throw new TerminalError('undecodable', 'the record has no value');
      try {
        return decodeEvent(value, schemas);
      } catch (error) {
        if (!(error instanceof ContractError)) throw error;
        if (error.code === 'unknown_fingerprint' && !edge) throw new RetryableError(error.code, error.message);
        throw new TerminalError(error.code, error.message);
      }
    },
    learn: async () => {
      let outcome: 'read' | 'failed' = 'failed';
      try {
        for await (const { value } of bus.readAll(schemasTopic)) {
          if (value !== null) takeIn(value, schemas);
        }
        outcome = 'read';
      } finally {
        learned(outcome);
      }
    },
  };
}

function takeIn(value: Buffer, schemas: SchemaSet): void {
  try {
    const published = decodeEvent(value);
    if (published.name === 'SchemaPublished') schemas.add(published.event.schema);
  } catch (error) {
    if (!(error instanceof ContractError)) throw error;
  }
}
