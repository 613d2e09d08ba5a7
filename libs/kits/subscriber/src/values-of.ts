import type { ErasureOrdered } from '@lethe/contracts';

/** The identifiers of one type that an order names, as texts: never code, whatever they look like. */
export const valuesOf = ({ identifiers }: Pick<ErasureOrdered, 'identifiers'>, type: string): readonly string[] =>
  identifiers.filter((identifier) => identifier.type === type).map(({ value }) => value);
