import { connect } from 'node:net';
import { messageOf } from './stack-error.ts';

/** Kafka's own words over a plain socket, so that a busy port can be told from a broker without a client that retries for minutes. */
export type KafkaProbe =
  | { readonly answer: 'kafka'; readonly clusterId: string | null; readonly brokers: number }
  | { readonly answer: 'refused'; readonly why: string }
  | { readonly answer: 'silent'; readonly why: string }
  | { readonly answer: 'not_kafka'; readonly why: string };

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

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
  } catch (error) {
    if (error instanceof RangeError) return { answer: 'not_kafka', why: 'its Metadata answer is cut short' };
    throw error;
  }
};

const CORRELATION_ID = 1_107_296_257;

const request = (apiKey: number, version: number, body: Buffer): Buffer => {
  const clientId = Buffer.from('lethe-stack');
  const header = Buffer.alloc(14);
  header.writeInt32BE(10 + clientId.length + body.length, 0);
  header.writeInt16BE(apiKey, 4);
  header.writeInt16BE(version, 6);
  header.writeInt32BE(CORRELATION_ID, 8);
  header.writeInt16BE(clientId.length, 12);
  return Buffer.concat([header, clientId, body]);
};

type Asked = { readonly answer: 'bytes'; readonly body: Buffer } | Exclude<KafkaProbe, { answer: 'kafka' }>;

/** No broker's answer to these two questions is near this; text read as a length is far beyond it. */
const LARGEST_ANSWER = 1_000_000;

const ask = ({ host, port }: HostPort, message: Buffer, timeoutMs: number): Promise<Asked> =>
  new Promise((resolve) => {
    let received = Buffer.alloc(0);
    const socket = connect({ host, port });
    const timer = setTimeout(
      () => finish({ answer: 'silent', why: `no answer within ${timeoutMs / 1000} s` }),
      timeoutMs,
    );
    const finish = (result: Asked): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(result);
    };
    let connected = false;
    socket.once('connect', () => {
      connected = true;
      socket.write(message);
    });
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      if (received.length < 4) return;
      const length = received.readInt32BE(0);
      if (length < 4 || length > LARGEST_ANSWER) {
        finish({ answer: 'not_kafka', why: 'it answered in another protocol' });
      } else if (received.length >= 4 + length) {
        finish({ answer: 'bytes', body: received.subarray(4, 4 + length) });
      }
    });
    socket.once('close', () => finish({ answer: 'not_kafka', why: 'it closed the connection without an answer' }));
    socket.once('error', (error) =>
      finish(connected ? { answer: 'not_kafka', why: messageOf(error) } : { answer: 'refused', why: messageOf(error) }),
    );
  });

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
