/** What `POST /v1/subject-requests` takes. Every fault is found at its own field, so that one answer lists them all. */
import { z } from 'zod';
import type { Catalog } from '@lethe/catalog';
import type { Ground, RequesterKind } from '@lethe/contracts';
import { type InvalidValue, longestValue, normalise } from '@lethe/identity';

export const requesterKinds = ['subject', 'agent', 'guardian', 'controller', 'operator', 'regulator_list'] as const;
export const grounds = [
  'request',
  'account_deletion',
  'consent_withdrawn',
  'objection',
  'retention_expired',
  'unlawful',
  'child',
  'court_order',
  'broker_list',
] as const;

const mostIdentities = 50;
const mostNames = 100;
/** Nobody still waits for an answer to what came before; a year too few was typed. */
const earliestReceipt = Date.parse('2000-01-01T00:00:00Z');

/** What a body is checked against beside its shape. */
export interface BodyContext {
  readonly catalog: Catalog;
  readonly now: () => Date;
}

export function requestBody({ catalog, now }: BodyContext) {
  const datasets = new Set([...catalog.systems.values()].flatMap((system) => system.datasets));
  const named = (known: (name: string) => boolean, fault: string) => z.string().max(64).refine(known, fault);

  const requester = z
    .strictObject({
      kind: z.enum(requesterKinds satisfies readonly RequesterKind[]).describe('In which role somebody asks.'),
      authority: z
        .string()
        .regex(
          /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}$/,
          'must be a reference of at most 128 letters, digits and . _ : / -, without blanks',
        )
        .nullable()
        .default(null)
        .describe('By what authority somebody acts for the subject: a reference, never a name.'),
    })
    .superRefine(({ kind, authority }, context) => {
      if (kind !== 'subject' || authority === null) return;
      context.addIssue({ code: 'custom', path: ['authority'], message: 'must be null when the subject asks' });
    });

  const scope = z
    .strictObject({
      all: z.boolean().describe('True: everything; then there are no datasets.'),
      datasets: z
        .array(named((name) => datasets.has(name), 'is no dataset of the catalog'))
        .max(mostNames)
        .default([]),
    })
    .superRefine(({ all, datasets: listed }, context) => {
      if (all === (listed.length === 0)) return;
      const message = all ? 'must be empty when the scope is all' : 'must name a dataset when the scope is not all';
      context.addIssue({ code: 'custom', path: ['datasets'], message });
    });

  const identity = z
    .strictObject({
      type: z.string().describe('An identity type of the catalog.'),
      value: z.string().describe('The identifier as the requester wrote it. Personal data.'),
    })
    .superRefine(({ type, value }, context) => {
      const fault = identityFault(catalog, type, value);
      if (fault !== null) context.addIssue({ code: 'custom', path: [fault.at], message: fault.message });
    });

  return z
    .strictObject({
      controller: named((name) => catalog.controllers.includes(name), 'is no controller of the catalog'),
      type: z.literal('erasure').describe('Which right is exercised.'),
      requester,
      ground: z.enum(grounds satisfies readonly Ground[]).describe('Why the data has to go.'),
      scope,
      regulations: z
        .array(named((id) => catalog.regulations.has(id), 'is no regulation of the catalog'))
        .max(mostNames)
        .default([])
        .describe("Whose duties apply; none named means all of the catalog's. The earliest due date rules."),
      identities: z.array(identity).min(1).max(mostIdentities).describe('By what the subject is known.'),
      receivedAt: z.iso
        .datetime({ offset: true, error: 'must be a date and time with its zone (RFC 3339)' })
        .refine((text) => !(new Date(text) > now()), 'must not be in the future')
        .refine((text) => !(new Date(text).getTime() < earliestReceipt), 'must not be before the year 2000')
        .optional()
        .describe('When the request reached the controller; now, if it is not given. Deadlines count from it.'),
    })
    .describe('Somebody asks for a subject to be forgotten.');
}

export type RequestBody = z.output<ReturnType<typeof requestBody>>;

interface IdentityFault {
  readonly at: 'type' | 'value';
  readonly message: string;
}

function identityFault(catalog: Catalog, type: string, value: string): IdentityFault | null {
  const identityType = catalog.identityTypes.get(type);
  if (identityType === undefined) return { at: 'type', message: 'is no identity type of the catalog' };
  const normalised = normalise(identityType, value);
  switch (normalised.kind) {
    case 'ok':
      return null;
    case 'blocked':
      return { at: 'value', message: 'is a placeholder that names nobody' };
    case 'invalid':
      return { at: 'value', message: whyInvalid[normalised.why] };
  }
}

const whyInvalid: Readonly<Record<InvalidValue, string>> = {
  empty: 'must not be empty',
  too_long: `must have at most ${longestValue} characters`,
  control_character: 'must not hold control characters',
  not_unicode: 'must be well-formed Unicode',
  not_an_email: 'must look like an e-mail address',
  not_digits: 'must consist of digits',
};
