import { ContractError } from './errors.ts';
import { deadLetters, topics } from './topics.ts';
import type { TopicPattern } from './topics.ts';

/** A topic of the table under a deployment's prefix. */
export interface ParsedTopic {
  readonly topic: TopicPattern;
  /** Of `lethe.erasure-orders.*` and `lethe.answers.*`. */
  readonly system: string | undefined;
  readonly deadLetter: boolean;
}

/** A topic to create, or to compare with what is there. */
export interface TopicSpec {
  readonly name: string;
  readonly partitions: number;
  readonly configs: Readonly<Record<string, string>>;
}

const patterns = Object.keys(topics) as readonly TopicPattern[];
const tablePrefix = 'lethe';
const deadLetterSuffix = '.dead-letter';
/** Without dots: a system's name ends where the next part of the topic's name begins. */
const systemName = /^[A-Za-z0-9][A-Za-z0-9_-]*$/;
const kafkaName = /^[A-Za-z0-9._-]{1,249}$/;

/** `('test7', 'lethe.answers.*', 'sales')` -> `test7.answers.sales`. Throws `invalid_topic`. */
export function topicName(prefix: string, pattern: TopicPattern, system?: string): string {
  const fixed = `${prefix}${pattern.slice(tablePrefix.length)}`;
  if (fixed.endsWith('.*') !== (system !== undefined)) {
    throw new ContractError('invalid_topic', `${pattern} ${system === undefined ? 'needs a' : 'has no'} system`);
  }
  if (system !== undefined && !systemName.test(system)) {
    throw new ContractError(
      'invalid_topic',
      `the system's name cannot be part of ${pattern}: letters, digits, _ and -`,
    );
  }
  const name = system === undefined ? fixed : `${fixed.slice(0, -1)}${system}`;
  // The longest name that is derived from it must be valid as well.
  if (!kafkaName.test(deadLetterTopic(name))) {
    throw new ContractError('invalid_topic', `${pattern} under this prefix is no valid Kafka name`);
  }
  return name;
}

/** The way back from a concrete name; undefined for a topic that is not of this deployment. */
export function parseTopicName(prefix: string, name: string): ParsedTopic | undefined {
  const deadLetter = name.endsWith(deadLetterSuffix);
  const plain = deadLetter ? name.slice(0, -deadLetterSuffix.length) : name;
  if (!plain.startsWith(`${prefix}.`)) return undefined;
  const rest = `${tablePrefix}${plain.slice(prefix.length)}`;
  for (const topic of patterns) {
    if (topic === rest) return topic.endsWith('*') ? undefined : { topic, system: undefined, deadLetter };
    if (!topic.endsWith('*') || !rest.startsWith(topic.slice(0, -1))) continue;
    const system = rest.slice(topic.length - 1);
    return systemName.test(system) ? { topic, system, deadLetter } : undefined;
  }
  return undefined;
}

/** Where a record of this topic goes that cannot be handled. */
export const deadLetterTopic = (name: string): string => `${name}${deadLetterSuffix}`;

/** Every topic of a deployment, one of each per-system topic for every system, dead letters of consumed topics included. */
export function topicSpecs(prefix: string, systems: readonly string[]): readonly TopicSpec[] {
  return patterns.flatMap((pattern) => {
    const { partitions, configs, consumed } = topics[pattern];
    const names = pattern.endsWith('*')
      ? systems.map((system) => topicName(prefix, pattern, system))
      : [topicName(prefix, pattern)];
    return names.flatMap((name) => [
      { name, partitions, configs },
      ...(consumed
        ? [{ name: deadLetterTopic(name), partitions: deadLetters.partitions, configs: deadLetters.configs }]
        : []),
    ]);
  });
}
