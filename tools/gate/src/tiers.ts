/** The tiers of tests, told apart by the suffix of the file; `unit` is what has no suffix of its own. */
export const tiers = {
  unit: '**/src/**/!(*.int|*.fault|*.e2e).spec.ts',
  int: '**/src/**/*.int.spec.ts',
  fault: '**/src/**/*.fault.spec.ts',
  e2e: '**/src/**/*.e2e.spec.ts',
} as const;

export type Tier = keyof typeof tiers;

const isTier = (word: string): word is Tier => Object.hasOwn(tiers, word);

/** What `npm test -- ...` asks for: tiers by name, anything else goes to jest as it is (a path pattern, `-t name`). */
export interface Asked {
  readonly tiers: readonly Tier[];
  readonly jest: readonly string[];
}

export const asked = (words: readonly string[]): Asked => ({
  tiers: words.filter(isTier),
  jest: words.filter((word) => !isTier(word)),
});

/** Pure tests need no servers: jest's global set-up is left out when nothing else is asked for. */
export const needsServers = ({ tiers: names }: Asked): boolean =>
  names.length === 0 || names.some((name) => name !== 'unit');
