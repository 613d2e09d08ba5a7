import { connect } from 'node:net';
import { messageOf } from './stack-error.ts';

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

export type NoAnswer =
  | { readonly answer: 'refused'; readonly why: string }
  | { readonly answer: 'silent'; readonly why: string }
  | { readonly answer: 'not_kafka'; readonly why: string };

export const CORRELATION_ID = 1_107_296_257;

/** A request in the old, inflexible form of header, which these versions have. */
export const request = (apiKey: number, version: number, body: Buffer): Buffer => {
  const clientId = Buffer.from('lethe-stack');
  const header = Buffer.alloc(14);
  header.writeInt32BE(10 + clientId.length + body.length, 0);
  header.writeInt16BE(apiKey, 4);
  header.writeInt16BE(version, 6);
  header.writeInt32BE(CORRELATION_ID, 8);
  header.writeInt16BE(clientId.length, 12);
  return Buffer.concat([header, clientId, body]);
};

export type Asked = { readonly answer: 'bytes'; readonly body: Buffer } | NoAnswer;

/** No broker's answer to these two questions is near this; text read as a length is far beyond it. */
const LARGEST_ANSWER = 1_000_000;

export const ask = ({ host, port }: HostPort, message: Buffer, timeoutMs: number): Promise<Asked> =>
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
