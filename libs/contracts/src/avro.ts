import avro from 'avsc';
import { ContractError } from './errors.ts';
import { isExactLong } from './varint.ts';

/** A compiled schema. */
export type AvroType = avro.Type;

/** long timestamp-millis <-> Date; an invalid date is refused here, a long that is no date before it is decoded. */
class TimestampMillis extends avro.types.LogicalType {
  protected override _fromValue(millis: number): Date {
    return new Date(millis);
  }
  protected override _toValue(date: unknown): number | undefined {
    if (!(date instanceof Date)) return undefined;
    const millis = date.getTime();
    return isExactLong(millis) ? millis : undefined;
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
