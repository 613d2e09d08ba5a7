import { avroType } from './avro.ts';
import type { AvroType } from './avro.ts';

/**
 * Why two versions of a schema cannot live side by side during a rolling upgrade: each must be able to read
 * what the other wrote. Empty when they can.
 */
export function incompatibilities(olderJson: string, newerJson: string): readonly string[] {
  const older = avroType(olderJson);
  const newer = avroType(newerJson);
  return [
    ...(canRead(newer, older) ? [] : ['the newer version cannot read what the older one wrote']),
    ...(canRead(older, newer) ? [] : ['the older version cannot read what the newer one writes']),
  ];
}

function canRead(reader: AvroType, writer: AvroType): boolean {
  try {
    reader.createResolver(writer);
    return true;
  } catch {
    return false;
  }
}
