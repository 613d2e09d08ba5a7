import { describe, expect, it } from '@jest/globals';
import { cloudEventHeaders, parseCloudEvent } from './cloud-event.ts';
import type { CloudEvent } from './cloud-event.ts';

const event: CloudEvent = {
  id: 'e0c1f1c0-6d1c-4f37-9a43-0d6f7f1c2b11',
  type: 'SubjectObserved',
  source: '/lethe/intake',
  time: new Date('2026-01-02T03:04:05.678Z'),
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
};
const nothing = { id: undefined, type: undefined, source: undefined, time: undefined, traceparent: undefined };

describe('CloudEvents headers', () => {
  it('follow the Kafka binding, binary mode', () => {
    expect(cloudEventHeaders(event)).toEqual({
      ce_specversion: '1.0',
      ce_id: event.id,
      ce_type: 'lethe.SubjectObserved',
      ce_source: '/lethe/intake',
      ce_time: '2026-01-02T03:04:05.678Z',
      'content-type': 'application/avro',
      traceparent: event.traceparent,
    });
    expect(cloudEventHeaders({ ...event, traceparent: undefined })).not.toHaveProperty('traceparent');
  });

  it('come back as they were, from texts and from bytes', () => {
    const headers = cloudEventHeaders(event);
    const bytes = Object.fromEntries(Object.entries(headers).map(([key, value]) => [key, Buffer.from(value)]));
    expect(parseCloudEvent(headers)).toEqual(event);
    expect(parseCloudEvent(bytes)).toEqual(event);
  });

  it('are parsed only as far as they are some', () => {
    expect(parseCloudEvent({})).toEqual(nothing);
    expect(
      parseCloudEvent({
        ce_id: 'x'.repeat(257),
        ce_type: 'lethe.SubjectForgotten',
        ce_source: ['/a', '/b'],
        ce_time: 'yesterday',
        traceparent: '00-0-0-00',
      }),
    ).toEqual(nothing);
    expect(parseCloudEvent({ ce_id: 'line\nbreak', ce_time: '2026-13-01T00:00:00Z', ce_source: '' })).toEqual(nothing);
  });

  it('take any RFC 3339 time', () => {
    expect(parseCloudEvent({ ce_time: '2026-01-02T04:04:05+01:00' }).time).toEqual(new Date('2026-01-02T03:04:05Z'));
  });
});
