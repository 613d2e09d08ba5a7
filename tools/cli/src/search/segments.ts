/**
 * Looks through the brokers' own files: retention removes whole segments, so bytes of records lie there that no consumer
 * is shown any more.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type KafkaLog, readSegment } from '@lethe/bus';
import { type Looking, seenBy } from './looking.ts';
import { topicPlace } from './places.ts';
import { sightingsIn } from './topics.ts';

/** `<topic>-<partition>`, and what a deleted topic's folder is renamed to. */
const FOLDER = /^(?<topic>.+?)-(?<partition>\d+)(?:\.[0-9a-f]{32}-(?:delete|future|stray))?$/;
/** `.deleted` and `.cleaned`, `.swap` are segments on their way. */
const SEGMENT = /^\d{20}\.log(?:\.deleted|\.cleaned|\.swap)?$/;

/** @param given folders that the operator named; without any, those that the brokers name and this machine has */
export async function searchSegments(log: KafkaLog, given: readonly string[], looking: Looking): Promise<void> {
  const folders = given.length > 0 ? given : await foldersHere(log, looking);
  if (folders.length === 0) {
    looking.notLooked(
      "Kafka's segment files: they are not on this machine, or the brokers do not say where; name their folder with --kafka-logs",
    );
  }
  for (const [index, folder] of folders.entries()) {
    const partitions = await partitionFolders(folder, looking.prefix);
    if (partitions.length === 0) {
      looking.blindTo(`--kafka-logs: number ${index + 1} has no folder of a partition of this deployment`);
    }
    for (const { topic, partition, path } of partitions) {
      for (const file of await filesIn(path, looking)) await searchSegment(topic, partition, join(path, file), looking);
    }
  }
}

async function searchSegment(topic: string, partition: string, path: string, looking: Looking): Promise<void> {
  const place = topicPlace(looking.prefix, topic, 'segment');
  try {
    for await (const part of readSegment(path)) {
      looking.goOn();
      if (part.kind === 'bytes') {
        const seen = seenBy((report) => looking.lens.bytes(part.bytes, report));
        if (seen.length > 0) looking.findings.add(place, seen, `${partition}, behind byte ${part.at}`);
        continue;
      }
      for (const record of part.records) {
        const seen = sightingsIn(record, looking.lens);
        if (seen.length > 0) looking.findings.add(place, seen, `${partition}/${record.offset}`);
      }
    }
    looking.looked('segment files', 1);
  } catch (error) {
    if (codeOf(error) === 'EACCES') looking.blindTo(`segment files of ${topic}: this account may not read them`);
    // The broker removes segments whenever it likes.
    else if (codeOf(error) !== 'ENOENT') throw error;
  }
}

async function partitionFolders(folder: string, prefix: string) {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (codeOf(error) === 'ENOTDIR') return [];
    throw error;
  });
  return entries.flatMap((entry) => {
    const { topic, partition } = FOLDER.exec(entry.name)?.groups ?? {};
    if (!(entry.isDirectory() || entry.isSymbolicLink()) || topic === undefined || partition === undefined) return [];
    return topic.startsWith(`${prefix}.`) ? [{ topic, partition, path: join(folder, entry.name) }] : [];
  });
}

async function filesIn(folder: string, looking: Looking): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).filter((name) => SEGMENT.test(name)).sort();
  } catch (error) {
    if (codeOf(error) === 'EACCES') looking.blindTo(`Kafka's folder ${folder}: this account may not read it`);
    // The broker was faster; or a link leads to no folder.
    else if (codeOf(error) !== 'ENOENT' && codeOf(error) !== 'ENOTDIR') throw error;
    return [];
  }
}

/** A folder of the same path may be another cluster's: its topics have other ids. */
async function foldersHere(log: KafkaLog, looking: Looking): Promise<readonly string[]> {
  const topics = await log.listTopics(`${looking.prefix}.`);
  const ids = await log.topicIds(topics);
  const here: string[] = [];
  // A broker tells it to those alone who may describe it; whoever calls says that the files were not looked at.
  for (const folder of await log.logFolders(topics).catch(() => [])) {
    const [first] = await partitionFolders(folder, looking.prefix).catch(() => []);
    if (first === undefined) continue;
    const about = await readFile(join(first.path, 'partition.metadata'), 'utf8').catch(() => '');
    const id = /^topic_id: (\S+)$/m.exec(about)?.[1];
    if (id !== undefined && isSameId(ids.get(first.topic), id)) here.push(folder);
  }
  return here;
}

/** Kafka writes a UUID as base64url in its files and as hexadecimal digits elsewhere. */
function isSameId(uuid: string | undefined, base64: string): boolean {
  return uuid?.replaceAll('-', '') === Buffer.from(base64, 'base64url').toString('hex');
}

const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
