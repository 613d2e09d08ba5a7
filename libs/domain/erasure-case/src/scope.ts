import type { Scope } from '@lethe/contracts';

/** A scope names datasets by themselves or, where two systems have one of the same name, as `<system>/<dataset>`. */
export function inScope(scope: Scope, system: string, dataset: string): boolean {
  return scope.all || scope.datasets.includes(dataset) || scope.datasets.includes(`${system}/${dataset}`);
}
