/** What stands in a record of the orders topic: an order for this system, or the reason why it is passed over. */
import type { BusRecord } from '@lethe/bus';
import { ContractError, decodeEvent, type ErasureOrdered, parseCloudEvent, type SchemaSet } from '@lethe/contracts';

/** Why a record is passed over. It cannot be answered: whoever sent it gets no order id back. */
export type NoOrder =
  /** No event: other bytes, or none. */
  | 'undecodable'
  /** Written by a schema that nobody published. */
  | 'unknown_fingerprint'
  /** An event, but no order. */
  | 'another_event'
  /** An order for another system than the topic's. */
  | 'another_system'
  /** An order whose id, round or times no answer could refer to. */
  | 'malformed_order';

export type OrderIn =
  | { readonly kind: 'order'; readonly order: ErasureOrdered; readonly traceparent: string | undefined }
  | { readonly kind: 'none'; readonly why: NoOrder };

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function orderIn({ value, headers }: BusRecord, system: string, schemas: SchemaSet): OrderIn {
  if (value === null) return none('undecodable');
  try {
    const { name, event } = decodeEvent(value, schemas);
    if (name !== 'ErasureOrdered') return none('another_event');
    if (event.system !== system) return none('another_system');
    if (!isWellFormed(event)) return none('malformed_order');
    return { kind: 'order', order: event, traceparent: parseCloudEvent(headers).traceparent };
  } catch (error) {
    if (!(error instanceof ContractError)) throw error;
    return none(error.code === 'unknown_fingerprint' ? error.code : 'undecodable');
  }
}

const none = (why: NoOrder): OrderIn => ({ kind: 'none', why });

/** Its id is made of what it says beside it, and so is safe in a log line. */
function isWellFormed({ orderId, requestId, system, round, eraseThrough, answerBy }: ErasureOrdered): boolean {
  const times = [eraseThrough, answerBy].every((time) => !Number.isNaN(time.getTime()));
  return times && round >= 1 && uuid.test(requestId) && orderId === `${requestId}:${system}:${round}`;
}
