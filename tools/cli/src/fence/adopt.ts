/** Carries an operator's decision out, after everything that makes no sense was refused. */
import { adoptFences, adoptRelay, judgeRelay, readRelay } from '@lethe/service/operating';
import { CommandError } from '../command-error.ts';
import type { Place } from '../deployment/place.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Adopt, Decision } from './adopt-options.ts';
import { lookAtPartitions, lookAtRelay, type Partition, positionsTopic, relayGroup } from './look.ts';

type FenceDecision = Extract<Decision, { readonly kind: 'fence' }>;

export interface Move {
  readonly topic: string;
  readonly partition: number;
  readonly from: number | null;
  readonly to: number;
}

/** @throws CommandError, StoreError `conflict` */
export const adopt = async (place: Place, asked: Adopt): Promise<readonly Move[]> => {
  const known = await place.services();
  if (!known.includes(asked.service)) {
    throw refused(`that service has no store here; there are: ${list(known)}`);
  }
  return asked.decision.kind === 'relay'
    ? adoptOfRelay(place, asked, asked.decision.pending)
    : adoptOfFences(place, asked, asked.decision);
};

const adoptOfFences = async (place: Place, asked: Adopt, decision: FenceDecision): Promise<readonly Move[]> => {
  const { service } = asked;
  const partitions = chosen(await lookAtPartitions(place, service), service, decision);
  const moves = partitions.map(({ fence, facts, view }) => ({
    fence,
    topicId: facts.topicId,
    move: {
      topic: view.topic,
      partition: view.partition,
      from: view.next,
      to: target({ fence, facts, view }, decision.at),
    },
  }));
  await adoptFences(
    place.store(service),
    adoption(place, asked),
    moves.map(({ fence, topicId, move }) => ({ found: fence, topicId, next: move.to })),
  );
  return moves.map(({ move }) => move);
};

type Existing = Partition & { readonly facts: NonNullable<Partition['facts']> };

const chosen = (
  partitions: readonly Partition[],
  service: string,
  { topic, partition }: FenceDecision,
): readonly Existing[] => {
  const ofTopic = partitions.filter(({ view }) => view.topic === topic);
  if (ofTopic.length === 0) {
    const topics = [...new Set(partitions.map(({ view }) => view.topic))];
    throw refused(`${service} has no fence in ${topic}; it has some in: ${list(topics)}`);
  }
  const asked = ofTopic.filter(({ view }) => partition === null || view.partition === partition);
  if (asked.length === 0) throw refused(`${service} has no fence in partition ${String(partition)} of ${topic}`);
  const still = asked.filter(({ view }) => view.verdict !== 'ok');
  if (still.length === 0) {
    throw refused(
      `${service} does not stand still in ${topic}${partition === null ? '' : `/${String(partition)}`}: there is nothing to decide`,
    );
  }
  return still.map((each) => {
    const { facts, view } = each;
    if (facts === null)
      throw refused(`${view.topic}/${view.partition} is not there: start the service, which creates its topics`);
    return { ...each, facts };
  });
};

const target = ({ facts, view }: Existing, at: FenceDecision['at']): number => {
  if (at === 'start') return facts.logStart;
  if (at === 'end') return facts.logEnd;
  if (at < facts.logStart || at > facts.logEnd) {
    throw refused(
      `${view.topic}/${view.partition} holds ${facts.logStart} to ${facts.logEnd}: it cannot go on at ${at}`,
    );
  }
  return at;
};

const adoptOfRelay = async (place: Place, asked: Adopt, pending: 'publish' | 'clear'): Promise<readonly Move[]> => {
  const { service } = asked;
  const before = await lookAtRelay(place, service);
  if (before === null) throw refused(`${service} has no relay`);
  if (before.view.verdict !== 'halted') throw refused(`the relay of ${service} does not stand still`);
  // Whoever publishes under this id is fenced off by this; only then is the position what it is.
  const topic = positionsTopic(place.prefix);
  const producer = await place.bus.relayProducer(relayGroup(place.prefix, service), topic);
  try {
    const position = (await producer.position()) ?? 0;
    const relay = await readRelay(place.store(service), service);
    if (relay === null || judgeRelay(relay, position) !== 'halted') {
      throw refused(`the relay of ${service} does not stand still any more`);
    }
    const to = { positionsTopic: topic, position, pending };
    await adoptRelay(place.store(service), adoption(place, asked), relay, to);
    return [{ topic, partition: 0, from: relay.cleared, to: position }];
  } finally {
    await producer.close();
  }
};

const adoption = ({ prefix }: Place, { service, actor, reason }: Adopt) => ({ prefix, service, actor, reason });

const list = (names: readonly string[]): string => (names.length === 0 ? 'none' : names.join(', '));

/** What was asked is possible to say and wrong to do; nothing was changed. */
const refused = (message: string): CommandError => new CommandError(exitCodes.refused, message);
