/**
 * Where nobody can know how to go on, a service stands still, says so, and handles nothing, until an operator decides
 * with `lethe fence adopt`; then it goes on by itself.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import kafkajs from 'kafkajs';
import { decodeEvent, topicSpecs } from '@lethe/contracts';
import { endServiceProcesses, type ServiceProcess, testStack, waitFor } from '@lethe/testkit';
import { fences } from '../offset-fence.ts';
import { adopt, runFence } from './fence-command.ts';
import { type Lab, openLab, untilKilled } from './lab.ts';
import { list } from './proof.ts';
import { logOf, outputsOf, truthOf, wrongOutput, wrongState } from './truth.ts';

describe('a service that cannot know how to go on', () => {
  const proof = list('Red instead of silent');
  let lab: Lab;
  let topic: string;
  let admin: ReturnType<kafkajs.Kafka['admin']>;

  beforeAll(async () => {
    lab = await openLab(await testStack());
    topic = lab.topic('lethe.requests');
    const brokers = (lab.env['LETHE_KAFKA_BROKERS'] ?? '').split(',');
    admin = new kafkajs.Kafka({ brokers, clientId: 'operator', logLevel: kafkajs.logLevel.NOTHING }).admin();
    await admin.connect();
    await lab.load.feed(100);
  }, 120_000);
  afterEach(endServiceProcesses);
  afterAll(async () => {
    proof.print();
    await admin.disconnect();
    await lab[Symbol.asyncDispose]();
  });

  const settledOnce = async (service: string): Promise<void> => {
    await using process = await lab.start('counting-service', service);
    await lab.settled(service);
    await lab.drain(process);
  };
  /** Waits until so many partitions (or the relay) say it, and no fewer: they find out one after the other. */
  const saysOf = (process: ServiceProcess, code: RegExp, times: number): Promise<unknown> => {
    const said = async (): Promise<boolean> =>
      (await lab.problems(process)).filter((problem) => code.test(problem)).length === times;
    return waitFor(said, { what: `it to say ${String(code)} ${times} times`, timeoutMs: 60_000 });
  };
  const wrongNow = async (service: string): Promise<readonly string[]> => {
    const [log, outputs] = await Promise.all([logOf(lab.bus, lab.prefix), outputsOf(lab.bus, lab.prefix)]);
    const db = lab.db(service);
    const truth = await truthOf(db, log);
    return [...(await wrongState(db, truth)), ...(await wrongOutput(db, service, truth, outputs))];
  };
  const fenceOf = async (service: string, partition: number): Promise<number> =>
    (await fences(lab.db(service)).findOne({ _id: `${service}:${topic}:${partition}` }))?.next ?? -1;
  const endOf = async (partition: number): Promise<number> =>
    (await lab.bus.endOffsets([topic])).find((each) => each.partition === partition)?.offset ?? -1;

  const BEHIND = 'a log that ends before the fence (a broker restored from a backup)';
  it(
    BEHIND,
    proof.of(BEHIND, async () => {
      const service = 'behind';
      await settledOnce(service);
      const end = await endOf(0);
      // The cheapest broker that has forgotten five messages: a fence that remembers five more.
      await fences(lab.db(service)).updateOne({ _id: `${service}:${topic}:0` }, { $set: { next: end + 5 } });
      await using process = await lab.start('counting-service', service);
      await saysOf(process, /log_behind_fence/, 1);
      const shown = await runFence(lab, 'show', '--service', service);
      expect(shown.code).toBe(3);
      expect(shown.output).toContain('log_behind_fence');
      await adopt(lab, '--service', service, '--topic', topic, '--partition', '0', '--at', 'end');
      await lab.ready(process);
      await lab.load.feed(60);
      await lab.settled(service);
      await lab.drain(process);
      expect(await wrongNow(service)).toEqual([]);
      return 'log_behind_fence, exact after adopt --at end';
    }),
    120_000,
  );

  const PENDING = 'a relay whose position is gone, killed before its batch was published';
  const PUBLISHED = 'a relay whose position is gone, killed after its batch was published';
  it.each([
    [PENDING, 'relay.batch-made=kill@2', 'publish'],
    [PUBLISHED, 'relay.published=kill@2', 'clear'],
  ])(
    '%s',
    async (name, kill, pending) => {
      await proof.of(name, async () => {
        const service = `relay-${pending}`;
        await using killed = await lab.start('counting-service', service, kill);
        await untilKilled(killed, () => lab.load.feed(2));
        const group = `${lab.prefix}-${service}-relay`;
        await admin.deleteGroups([group]);
        await using process = await lab.start('counting-service', service);
        await saysOf(process, /is behind what was cleared/, 1);
        const unsaid = (await lab.relay(service))?.ids.length ?? 0;
        expect(unsaid).toBeGreaterThan(0);
        const other = pending === 'publish' ? 'clear' : 'publish';
        expect((await runFence(lab, 'adopt', '--service', service, '--relay', other)).code).toBe(2);
        await adopt(lab, '--relay', '--service', service, pending);
        await lab.settled(service);
        await lab.ready(process);
        await lab.drain(process);
        expect(await wrongNow(service)).toEqual([]);
        return `red, exact after adopt --relay ${pending}`;
      })();
    },
    120_000,
  );

  const TRIMMED = 'a log that begins behind the fence (retention was quicker)';
  it(
    TRIMMED,
    proof.of(TRIMMED, async () => {
      const service = 'trimmed';
      await settledOnce(service);
      await lab.load.feed(120);
      const [stood, end] = [await fenceOf(service, 0), await endOf(0)];
      expect(end).toBeGreaterThan(stood + 1);
      await admin.fetchTopicOffsets(topic);
      await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: String(end - 1) }] });
      await using process = await lab.start('counting-service', service);
      await saysOf(process, /log_start_beyond_fence/, 1);
      await waitFor(async () => (await fenceOf(service, 1)) === (await endOf(1)), { what: 'the others to go on' });
      expect(await fenceOf(service, 0)).toBe(stood);
      await adopt(lab, '--service', service, '--topic', topic, '--at', 'start');
      await lab.settled(service);
      await lab.ready(process);
      await lab.drain(process);
      expect(await fenceOf(service, 0)).toBe(end);
      return 'log_start_beyond_fence, the other partitions go on, this one after adopt --at start';
    }),
    120_000,
  );

  const REPLACED = 'a topic that was re-created, under a stopped service and under a running one';
  it(
    REPLACED,
    proof.of(REPLACED, async () => {
      const [stopped, running] = ['stopped', 'running'];
      const [spec] = topicSpecs(lab.prefix, []).filter(({ name }) => name === topic);
      if (spec === undefined) throw new Error('no such topic');
      await recreate(spec); // away with the trimmed one
      await lab.load.feed(100);
      await settledOnce(stopped);
      await using second = await lab.start('counting-service', running);
      await lab.settled(running);
      await lab.ready(second);
      const before = (await logOf(lab.bus, lab.prefix)).map((message) => ({ ...message, offset: -1 }));
      const heardBefore = await heard(stopped);

      await recreate(spec);
      // More than there was: the old positions lie inside the new log.
      await lab.load.feed(400);
      await using first = await lab.start('counting-service', stopped);
      await saysOf(first, /topic_replaced/, spec.partitions);
      await saysOf(second, /topic_replaced/, spec.partitions);
      expect(await heard(stopped)).toBe(heardBefore);
      expect(await heard(running)).toBe(heardBefore);

      for (const service of [stopped, running])
        await adopt(lab, '--service', service, '--topic', topic, '--at', 'start');
      for (const [service, process] of [
        [stopped, first],
        [running, second],
      ] as const) {
        await lab.settled(service);
        await lab.ready(process);
        await lab.drain(process);
        const truth = await truthOf(lab.db(service), [...before, ...(await logOf(lab.bus, lab.prefix))]);
        expect(await wrongState(lab.db(service), truth)).toEqual([]);
      }
      return 'topic_replaced in every partition, nothing handled; exact after adopt --at start';
    }),
    180_000,
  );

  it('every adoption is a fact on lethe.operator-events', async () => {
    const told: string[] = [];
    for await (const { value } of lab.bus.readAll(lab.topic('lethe.operator-events'))) {
      if (value === null) continue;
      const { name, event } = decodeEvent(value);
      if (name === 'FenceAdopted') told.push(`${event.service} ${event.actor} ${event.reason}`);
    }
    expect(new Set(told)).toEqual(
      new Set(
        ['behind', 'relay-publish', 'relay-clear', 'trimmed', 'stopped', 'running'].map(
          (service) => `${service} operator-1 fault_test`,
        ),
      ),
    );
  });

  const heard = async (service: string): Promise<number> => {
    const [sum] = await lab
      .db(service)
      .collection('counts')
      .aggregate<{ heard: number }>([{ $group: { _id: null, heard: { $sum: { $size: '$state.heard' } } } }])
      .toArray();
    return sum?.heard ?? 0;
  };

  const recreate = async (spec: { readonly name: string; readonly partitions: number; readonly configs: object }) => {
    await admin.deleteTopics({ topics: [spec.name] });
    const configEntries = Object.entries(spec.configs).map(([name, value]) => ({ name, value: String(value) }));
    const again = { topics: [{ topic: spec.name, numPartitions: spec.partitions, configEntries }] };
    // The deletion is reported before it is finished; the running service does not create topics.
    await waitFor(() => admin.createTopics(again), { what: `${spec.name} to be created again`, timeoutMs: 30_000 });
    await waitFor(async () => (await lab.bus.endOffsets([spec.name])).length === spec.partitions, {
      what: 'its leaders',
      timeoutMs: 30_000,
    });
  };
});
