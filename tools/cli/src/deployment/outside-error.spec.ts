import { describe, expect, it } from '@jest/globals';
import { outsideError } from './outside-error.ts';

const MARK = 'canary7731';
const error = (name: string, fields: object = {}): Error =>
  Object.assign(new Error(`it held ${MARK}`), { name }, fields);

describe('what comes from outside', () => {
  it.each([
    [error('MongoServerError', { code: 13 }), 1, /not enough rights in MongoDB/],
    [error('MongoServerError', { code: 18 }), 1, /does not accept the login/],
    [error('MongoServerSelectionError'), 4, /MongoDB does not answer/],
    [error('MongoNetworkError'), 4, /MongoDB does not answer/],
    [error('MongoParseError'), 2, /LETHE_MONGODB_URL/],
    [error('KafkaJSProtocolError', { type: 'TOPIC_AUTHORIZATION_FAILED' }), 1, /not enough rights in Kafka/],
    [error('Error', { cause: error('KafkaJSProtocolError', { type: 'GROUP_AUTHORIZATION_FAILED' }) }), 1, /not enough/],
    [error('MultipleErrors', { errors: [error('X', { apiId: 'CLUSTER_AUTHORIZATION_FAILED' })] }), 1, /not enough/],
    [error('KafkaJSConnectionError'), 4, /Kafka did not do it \(KafkaJSConnectionError\)/],
    [error('NetworkError', { code: 'PLT_KFK_NETWORK' }), 4, /PLT_KFK_NETWORK/],
  ])('%s', (given, exit, sentence) => {
    const told = outsideError(given);
    expect(told).toMatchObject({ exitCode: exit, message: expect.stringMatching(sentence) });
    expect(`${told?.message ?? ''} ${told?.remedy ?? ''}`).not.toContain(MARK);
  });

  it.each([error('TypeError'), 'a text', null, undefined])('%s is not known', (given) => {
    expect(outsideError(given)).toBeNull();
  });
});
