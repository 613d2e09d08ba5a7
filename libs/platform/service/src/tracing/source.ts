/** What the span of a message may say of it: ids of ours alone, and of what strangers write only what has their shape. */
import type { BusRecord, TopicPartition } from '@lethe/bus';
import { sampledContext } from './trace-context.ts';
import type { SpanAttributes } from './tracing.ts';
import type { MessageSource } from './trail.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function messageSource(
  at: TopicPartition,
  record: BusRecord,
  heard: { readonly name: string; readonly event: object },
  place: { readonly group: string; readonly edge: boolean; readonly system: string | null },
): MessageSource {
  const requestId = uuidIn(heard.event, 'requestId');
  return {
    topic: at.topic,
    partition: at.partition,
    offset: record.offset,
    group: place.group,
    name: heard.name,
    requestId,
    ids: idsOf(heard.event, requestId, place.system),
    context: sampledContext(record.headers['traceparent']),
    edge: place.edge,
  };
}

/** A system is the topic's, or what erasure itself writes; an order's id is made of request, system and round. */
function idsOf(event: object, requestId: string | null, topicSystem: string | null): SpanAttributes {
  if (requestId === null) return {};
  const orderId = textIn(event, 'orderId');
  const system = topicSystem ?? textIn(event, 'system');
  const round = orderId?.startsWith(`${requestId}:${system}:`) === true ? orderId.split(':').at(-1) : undefined;
  const ours = orderId !== null && system !== null && /^\d{1,6}$/.test(round ?? '');
  return { 'lethe.request.id': requestId, ...(ours && { 'lethe.order.id': orderId, 'lethe.system': system }) };
}

function uuidIn(event: object, field: string): string | null {
  const value = textIn(event, field);
  return value !== null && UUID.test(value) ? value : null;
}

function textIn(event: object, field: string): string | null {
  const value: unknown = Reflect.get(event, field);
  return typeof value === 'string' ? value : null;
}
