/** The difference between the topics that a table wants and those that a cluster has, in words for an operator. */
import type { TopicSpec } from './bus.ts';

export interface ExistingTopic {
  readonly partitions: number;
  readonly configs: ReadonlyMap<string, string>;
}

export const differences = (
  specs: readonly TopicSpec[],
  existing: ReadonlyMap<string, ExistingTopic>,
): readonly string[] =>
  specs.flatMap(({ name, partitions, configs }) => {
    const topic = existing.get(name);
    if (topic === undefined) return [`${name}: missing`];
    const found: string[] = [];
    if (topic.partitions !== partitions) found.push(`${name}: ${topic.partitions} partitions, expected ${partitions}`);
    for (const [config, wanted] of Object.entries(configs)) {
      const value = topic.configs.get(config);
      if (value === undefined) found.push(`${name}: ${config} is unknown to the cluster, expected ${wanted}`);
      else if (!same(value, wanted)) found.push(`${name}: ${config} is ${value}, expected ${wanted}`);
    }
    return found;
  });

/** cleanup.policy is a list; its order means nothing. */
const same = (a: string, b: string): boolean => {
  const parts = (list: string): string =>
    list
      .split(',')
      .map((part) => part.trim())
      .sort()
      .join(',');
  return parts(a) === parts(b);
};
