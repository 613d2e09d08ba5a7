import { createHash } from 'node:crypto';
import { parseKeys, type KeyRing } from './key-ring.ts';

/** Every key a deployment holds, one ring per purpose. */
export interface Keys {
  /** Seals identifiers and dead letters. */
  readonly sealing: KeyRing;
  /** Names identifiers (`refOf`). */
  readonly peppers: KeyRing;
  /** Names refs in the erasure register (`registerHash`). */
  readonly register: KeyRing;
  /** True if any of them is a development key: the service says so when it starts. */
  readonly development: boolean;
}

const purposes = ['sealing', 'peppers', 'register'] as const;
export type KeyPurpose = (typeof purposes)[number];
/** The variable that holds the keys of a purpose. */
export const keyVariables: Readonly<Record<KeyPurpose, string>> = {
  sealing: 'LETHE_SEALING_KEYS',
  peppers: 'LETHE_PEPPERS',
  register: 'LETHE_REGISTER_KEYS',
};

/** The environment's keys cannot be used. The message lists every problem by variable, one per line, and no key. */
export class KeysError extends Error {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(['The keys cannot be used:', ...problems.map((problem) => `  ${problem}`), howTo].join('\n'));
    this.name = 'KeysError';
    this.problems = problems;
  }
}
const howTo = 'A key is written id:base64key, for example with: echo "k1:$(openssl rand -base64 32)"';

/**
 * Reads LETHE_SEALING_KEYS, LETHE_PEPPERS and LETHE_REGISTER_KEYS. With none of them set, outside production, the
 * development keys serve; some but not all set is a mistake everywhere. All three rotate by id, the active key first; how
 * is written in docs/keys.md.
 *
 * @throws KeysError
 */
export function loadKeys(env: Readonly<Record<string, string | undefined>>): Keys {
  const production = env['NODE_ENV'] === 'production';
  const text = (purpose: KeyPurpose) => env[keyVariables[purpose]]?.trim() ?? '';
  if (!production && purposes.every((purpose) => text(purpose) === '')) return developmentKeys();

  const problems: string[] = [];
  const rings = new Map<KeyPurpose, KeyRing>();
  for (const purpose of purposes) {
    const variable = keyVariables[purpose];
    if (text(purpose) === '') {
      problems.push(`${variable} is missing`);
      continue;
    }
    const parsed = parseKeys(text(purpose), variable);
    if (!parsed.ok) problems.push(...parsed.problems);
    else if (production && holdsDevelopmentKey(parsed.ring))
      problems.push(`${variable} holds a development key, which everyone knows; NODE_ENV is production`);
    else rings.set(purpose, parsed.ring);
  }
  problems.push(...sharedKeys(rings));
  const sealing = rings.get('sealing');
  const peppers = rings.get('peppers');
  const register = rings.get('register');
  if (problems.length > 0 || sealing === undefined || peppers === undefined || register === undefined)
    throw new KeysError(problems);
  return { sealing, peppers, register, development: [sealing, peppers, register].some(holdsDevelopmentKey) };
}

/** Two purposes under one key would let one's holder do the other's work. */
function sharedKeys(rings: ReadonlyMap<KeyPurpose, KeyRing>): string[] {
  const problems: string[] = [];
  const seen: { readonly purpose: KeyPurpose; readonly ring: KeyRing }[] = [];
  for (const [purpose, ring] of rings) {
    for (const earlier of seen) {
      const shared = [...ring.byId.values()].some(({ key }) =>
        [...earlier.ring.byId.values()].some((other) => other.key.equals(key)),
      );
      if (shared)
        problems.push(`${keyVariables[purpose]} holds a key that is also in ${keyVariables[earlier.purpose]}`);
    }
    seen.push({ purpose, ring });
  }
  return problems;
}

/** Keys that need no setting up, and protect nothing: anyone can derive them. Id `dev`. */
export function developmentKeys(): Keys {
  return { ...developmentRings, development: true };
}

/** Written as a variable would be, so that they pass through the same door. */
function developmentRing(purpose: KeyPurpose): KeyRing {
  const key = createHash('sha256').update(`lethe development key: ${purpose}`).digest('base64');
  const parsed = parseKeys(`dev:${key}`, `development key for ${purpose}`);
  if (!parsed.ok) throw new KeysError(parsed.problems);
  return parsed.ring;
}
const developmentRings = {
  sealing: developmentRing('sealing'),
  peppers: developmentRing('peppers'),
  register: developmentRing('register'),
};

function holdsDevelopmentKey(ring: KeyRing): boolean {
  const known = Object.values(developmentRings).map((development) => development.active.key);
  return [...ring.byId.values()].some(({ key }) => known.some((development) => development.equals(key)));
}
