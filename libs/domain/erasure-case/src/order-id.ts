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

/** Neither a case's id nor a system's name holds a colon; rounds count from 1. */
const shape = /^([^:]{1,128}):([^:]{1,128}):([1-9]\d{0,5})$/;

/** What an order's id names, or null for a text that is no order's id. */
export function parseOrderId(orderId: string): OrderName | null {
  const [, caseId, system, round] = shape.exec(orderId) ?? [];
  return caseId === undefined || system === undefined ? null : { caseId, system, round: Number(round) };
}
