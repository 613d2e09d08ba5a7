import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { emailOf } from '../data/systems.ts';
import type { Addresses } from './services.ts';
import { RunError } from './run-error.ts';

/** As much of Lethe's answers as the example shows; the whole is in intake's /openapi.json. */
const acknowledgement = z.object({ id: z.string() });

const request = z.object({
  state: z.string(),
  respondBy: z.string(),
  outcome: z.string().nullable(),
  systems: z.array(
    z.object({
      system: z.string(),
      outcome: z.string().nullable(),
      method: z.string().nullable(),
      count: z.number().nullable(),
    }),
  ),
});
export type RequestView = z.infer<typeof request>;

const erasureCase = z.object({
  state: z.string(),
  outcome: z.string().nullable(),
  location: z.object({ increment: z.number(), complete: z.boolean() }).nullable(),
  orders: z.array(
    z.object({
      orderId: z.string(),
      system: z.string(),
      round: z.number(),
      state: z.string(),
      answer: z.object({ outcome: z.string(), count: z.number().nullable(), method: z.string().nullable() }).nullable(),
    }),
  ),
});
export type CaseView = z.infer<typeof erasureCase>;

const ASK_MS = 10_000;

/** Somebody writes to the shop's privacy address: forget me. The shop knows only the address they wrote from. */
export async function requestErasure(addresses: Addresses, customerId: string): Promise<string> {
  const response = await fetch(`${addresses.intake}/v1/subject-requests`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() },
    body: JSON.stringify({
      controller: 'shop',
      type: 'erasure',
      requester: { kind: 'subject' },
      ground: 'request',
      scope: { all: true },
      regulations: ['gdpr'],
      identities: [{ type: 'email', value: emailOf(customerId) }],
    }),
    signal: AbortSignal.timeout(ASK_MS),
  });
  if (response.status !== 201) throw new RunError(`intake answered ${response.status}: ${await response.text()}`);
  return acknowledgement.parse(await response.json()).id;
}

export const requestUrl = ({ intake }: Addresses, id: string): string => `${intake}/v1/subject-requests/${id}`;
export const caseUrl = ({ erasure }: Addresses, id: string): string => `${erasure}/v1/cases/${id}`;
export const entriesUrl = ({ audit }: Addresses, id: string): string => `${audit}/v1/cases/${id}/entries`;

export const readRequest = async (addresses: Addresses, id: string): Promise<RequestView> =>
  request.parse(await read(requestUrl(addresses, id)));

/** Null: erasure has not heard of it yet. */
export async function readCase(addresses: Addresses, id: string): Promise<CaseView | null> {
  const found = await read(caseUrl(addresses, id), 404);
  return found === null ? null : erasureCase.parse(found);
}

async function read(url: string, absent?: number): Promise<unknown> {
  const response = await fetch(url, { signal: AbortSignal.timeout(ASK_MS) });
  if (response.status === absent) return null;
  if (!response.ok) throw new RunError(`${url} answered ${response.status}: ${await response.text()}`);
  return response.json();
}
