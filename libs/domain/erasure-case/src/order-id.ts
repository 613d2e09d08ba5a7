/** What the id of an order says. */
export interface OrderName {
  readonly caseId: string;
  readonly system: string;
  readonly round: number;
}

/** `<caseId>:<system>:<round>`: every publication of an order keeps it, a follow-up is a new round. */
export function orderIdOf({ caseId, system, round }: OrderName): string {
  return `${caseId}:${system}:${round}`;
}

/** A case's id is a UUID in lower case, nothing else: whatever stands there names a document. Rounds count from 1. */
const shape = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):([^:]{1,128}):([1-9]\d{0,5})$/;

/** What an order's id names, or null for a text that is no order's id. */
export function parseOrderId(orderId: string): OrderName | null {
  const [, caseId, system, round] = shape.exec(orderId) ?? [];
  return caseId === undefined || system === undefined ? null : { caseId, system, round: Number(round) };
}
