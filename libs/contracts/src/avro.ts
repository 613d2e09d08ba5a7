import avro from 'avsc';
import { ContractError } from './errors.ts';

/** A compiled schema. */
export type AvroType = avro.Type;

/** The largest distance from 1970 that a JavaScript Date can hold, in milliseconds. */
const maxDateMillis = 8.64e15;

/** long timestamp-millis <-> Date; a value that is no valid date is refused both ways. */
class TimestampMillis extends avro.types.LogicalType {
  protected override _fromValue(millis: number): Date {
    if (Math.abs(millis) > maxDateMillis)
      throw new ContractError('undecodable', 'a time is beyond what a date can hold');
    return new Date(millis);
  }
  protected override _toValue(date: unknown): number | undefined {
    if (!(date instanceof Date)) return undefined;
    const millis = date.getTime();
    return Number.isNaN(millis) ? undefined : millis;
  }
  protected override _resolve(writer: AvroType): unknown {
    return writer.typeName === 'logical:timestamp-millis' ? same : undefined;
  }
}

/** avsc takes nothing but Buffers for bytes; we take every Uint8Array, as our types say. */
class BytesView extends avro.types.LogicalType {
  protected override _fromValue(bytes: Buffer): Buffer {
    return bytes;
  }
  protected override _toValue(bytes: unknown): Buffer | undefined {
    if (Buffer.isBuffer(bytes)) return bytes;
    return bytes instanceof Uint8Array ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) : undefined;
  }
  protected override _resolve(writer: AvroType): unknown {
    return writer.typeName === this.typeName ? same : undefined;
  }
}

const same = (value: unknown): unknown => value;

/** Compiles a schema the way that all our schemas are compiled; throws `invalid_schema`. */
export function avroType(schemaJson: string): AvroType {
  const bytesView = new BytesView({ type: 'bytes', logicalType: 'bytes-view' });
  try {
    return avro.Type.forSchema(JSON.parse(schemaJson) as avro.Schema, {
      logicalTypes: { 'timestamp-millis': TimestampMillis },
      omitRecordMethods: true,
      typeHook: (schema) => (schema === 'bytes' ? bytesView : undefined),
    });
  } catch (error) {
    throw new ContractError(
      'invalid_schema',
      `not an Avro schema: ${error instanceof Error ? error.message : 'unknown'}`,
    );
  }
}

/** Avro's parsing canonical form: what two schemas share exactly when they write the same bytes. */
export const canonicalForm = (type: AvroType): string => JSON.stringify(type.schema());
