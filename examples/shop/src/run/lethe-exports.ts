/** What makes `lethe` speak with this run, for a shell. */
import type { Addresses } from './services.ts';
import { SERVICES } from './services.ts';
import type { World } from './world.ts';

export const letheExports = ({ stack, prefix }: World, addresses: Addresses): readonly string[] => [
  ...SERVICES.map((name) => exported(`LETHE_${name.toUpperCase()}_URL`, addresses[name])),
  // One that was given may hold a password, and whoever gave it has it.
  ...Object.entries(stack.env)
    .filter(([name]) => process.env[name] === undefined)
    .map(([name, value]) => exported(name, value)),
  exported('LETHE_PREFIX', prefix),
];

const exported = (name: string, value: string): string => `export ${name}='${value.replaceAll("'", `'\\''`)}'`;
