/** avsc as it is: every field of a message decoded, without resolving versions, dates or bounds. */
import { type Named, publishedSchema } from '@lethe/contracts';
import avsc from 'avsc';

/** Two magic bytes and the fingerprint. */
const HEADER = 10;

export type Decode = (value: Buffer | null) => unknown;

/** @param name the event that stands on the topic */
export function rawDecoder(name: Named): Decode {
  const schema = JSON.parse(publishedSchema(name).schema) as avsc.Schema; // ours
  const type = avsc.Type.forSchema(schema);
  return (value) => {
    if (value === null) throw new Error(`a ${name} without a value`);
    return type.fromBuffer(value.subarray(HEADER));
  };
}
