/** avsc as it is: every field of a message decoded, without resolving versions, dates or bounds. */
import { eventNames, type Named, publishedSchema } from '@lethe/contracts';
import avsc from 'avsc';

/** Two magic bytes and the fingerprint, its eight bytes in reverse. */
const FINGERPRINT_AT = 2;
const BODY_AT = 10;

export type Decode = (value: Buffer | null) => { readonly name: Named; readonly event: unknown };

/** Of the schemas' current versions. @throws for any other message */
export function rawDecoders(): Decode {
  const types = new Map(
    eventNames.map((name) => {
      const { fingerprint, schema } = publishedSchema(name);
      const wire = Buffer.from(fingerprint, 'hex').reverse().toString('hex');
      return [wire, { name, type: avsc.Type.forSchema(JSON.parse(schema) as avsc.Schema) }] as const; // ours
    }),
  );
  return (value) => {
    const found = value === null ? undefined : types.get(value.toString('hex', FINGERPRINT_AT, BODY_AT));
    if (value === null || found === undefined) throw new Error('a message that no schema is known for');
    return { name: found.name, event: found.type.fromBuffer(value.subarray(BODY_AT)) };
  };
}
