/** The tiers of tests, told apart by the suffix of the file; `unit` is what has no suffix of its own. */
export const tiers = {
  unit: '**/src/**/!(*.int|*.fault|*.e2e|*.containers).spec.ts',
  int: '**/src/**/*.int.spec.ts',
  fault: '**/src/**/*.fault.spec.ts',
  e2e: '**/src/**/*.e2e.spec.ts',
  containers: '**/src/**/*.containers.spec.ts',
} as const;

export type Tier = keyof typeof tiers;

/** What runs when no tier is named. Left out: `containers`, which needs a Docker daemon. */
const everyday: readonly Tier[] = ['unit', 'int', 'fault', 'e2e'];

/** They share the servers of the run; the others need none, or bring their own. */
const onServers: readonly Tier[] = ['int', 'fault', 'e2e'];

const isTier = (word: string): word is Tier => Object.hasOwn(tiers, word);

/** What `npm test -- ...` asks for: tiers by name, anything else goes to jest as it is (a path pattern, `-t name`). */
export interface Asked {
  readonly tiers: readonly Tier[];
  readonly jest: readonly string[];
}

export const asked = (words: readonly string[]): Asked => {
  const named = words.filter(isTier);
  return { tiers: named.length === 0 ? everyday : named, jest: words.filter((word) => !isTier(word)) };
};

/** jest's global set-up is left out when nobody asks for what it keeps. */
export const needsServers = ({ tiers: names }: Asked): boolean => names.some((name) => onServers.includes(name));
