/** How a dead letter is named on the command line: `<dead-letter topic>/<partition>/<offset>`. Pure. */
import { deadLetterTopic, parseTopicName } from '@lethe/contracts';
import { CommandError } from '../command-error.ts';
import { exitCodes } from '../exit-codes.ts';

export interface Address {
  /** The dead-letter topic. */
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** Header of a redriven record: the address of its dead letter. */
export const REDRIVEN_FROM = 'lethe-redriven-from';

export const addressText = ({ topic, partition, offset }: Address): string => `${topic}/${partition}/${offset}`;

const FORM = 'A dead letter is TOPIC/PARTITION/OFFSET, as `lethe dead-letter list --each` prints it';

/** @throws CommandError */
export const addressIn = (text: string, prefix: string): Address => {
  const parts = /^([A-Za-z0-9._-]+)\/(\d{1,9})\/(\d{1,15})$/.exec(text);
  const topic = parts?.[1] ?? '';
  if (parts === null) throw new CommandError(exitCodes.notUnderstood, 'this is no address of a dead letter', FORM);
  if (parseTopicName(prefix, topic)?.deadLetter !== true) {
    throw new CommandError(exitCodes.refused, `that is no dead-letter topic of the prefix ${prefix}`, FORM);
  }
  return { topic, partition: Number(parts[2]), offset: Number(parts[3]) };
};

/** The dead-letter topics of a deployment. */
export const deadLetterTopics = (topics: readonly string[], prefix: string): readonly string[] =>
  topics.filter((topic) => parseTopicName(prefix, topic)?.deadLetter === true);

/**
 * @param named the topic, or that of its dead letters
 * @throws CommandError
 */
export const deadLetterTopicIn = (named: string, topics: readonly string[], prefix: string): string => {
  const known = deadLetterTopics(topics, prefix);
  const found = [named, deadLetterTopic(named)].find((topic) => known.includes(topic));
  if (found !== undefined) return found;
  throw new CommandError(
    exitCodes.refused,
    `there are no dead letters of such a topic under the prefix ${prefix}`,
    `There are: ${known.join(', ')}`,
  );
};

/** Where the letters of this topic came from. */
export const sourceOf = (topic: string): string => topic.slice(0, -deadLetterTopic('').length);
