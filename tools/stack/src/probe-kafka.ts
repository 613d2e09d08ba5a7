import { ask, CORRELATION_ID, request } from './kafka-wire.ts';
import type { HostPort, NoAnswer } from './kafka-wire.ts';

/** Kafka's own words over a plain socket, so that a busy port can be told from a broker without a client that retries for minutes. */
export type KafkaProbe =
  { readonly answer: 'kafka'; readonly clusterId: string | null; readonly brokers: number } | NoAnswer;

const API_VERSIONS = 18;
const METADATA = 3;

export const probeKafka = async (address: HostPort, timeoutMs: number): Promise<KafkaProbe> => {
  // Version 0 is understood by every broker there is.
  const versions = await ask(address, request(API_VERSIONS, 0, Buffer.alloc(0)), timeoutMs);
  if (versions.answer !== 'bytes') return versions;
  if (!isApiVersionsResponse(versions.body)) {
    return { answer: 'not_kafka', why: 'it answered something else than ApiVersions' };
  }
  // Metadata version 2, for no topic: the brokers that take part, and the cluster's id.
  const noTopics = Buffer.alloc(4);
  const metadata = await ask(address, request(METADATA, 2, noTopics), timeoutMs);
  if (metadata.answer !== 'bytes') return metadata;
  try {
    return readMetadata(metadata.body);
  } catch {
    return { answer: 'not_kafka', why: 'its Metadata answer is cut short' }; // read beyond the end
  }
};

const isApiVersionsResponse = (body: Buffer): boolean =>
  body.length >= 10 &&
  body.readInt32BE(0) === CORRELATION_ID &&
  body.readInt16BE(4) === 0 &&
  body.length === 10 + 6 * body.readInt32BE(6);

/** Metadata response, version 2: correlation id, brokers [node id, host, port, rack], cluster id, controller id, topics. */
const readMetadata = (body: Buffer): KafkaProbe => {
  let at = 4;
  const skipString = (): string | null => {
    const length = body.readInt16BE(at);
    at += 2;
    if (length < 0) return null;
    const text = body.toString('utf8', at, at + length);
    at += length;
    return text;
  };
  const brokers = body.readInt32BE(at);
  at += 4;
  for (let broker = 0; broker < brokers; broker += 1) {
    at += 4;
    skipString();
    at += 4;
    skipString();
  }
  return { answer: 'kafka', clusterId: skipString(), brokers };
};
