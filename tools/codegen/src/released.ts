import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One frozen version of an event's schema, as it was on the wire. */
export interface Released {
  readonly name: string;
  readonly version: number;
  readonly schema: unknown;
}

/** All frozen versions of a folder, by name and then by version. */
export function readReleased(folder: string): readonly Released[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.avsc'))
    .map((file) => {
      const match = /^(\w+)\.v(\d+)\.avsc$/.exec(file);
      const [, name, version] = match ?? [];
      if (name === undefined || version === undefined) throw new Error(`${file}: not named <Name>.v<N>.avsc`);
      const schema: unknown = JSON.parse(readFileSync(join(folder, file), 'utf8'));
      return { name, version: Number(version), schema };
    })
    .sort((a, b) => (a.name === b.name ? a.version - b.version : a.name < b.name ? -1 : 1));
}

export const releasedFile = (name: string, version: number): string => `${name}.v${version}.avsc`;
