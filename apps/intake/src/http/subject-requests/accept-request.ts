/** From a checked body to an accepted request, once per idempotency key. */
import { type Catalog, respondBy } from '@lethe/catalog';
import type { SealedIdentity } from '@lethe/contracts';
import type { KeyRing } from '@lethe/identity';
import { ProblemError, type ServiceHandle } from '@lethe/service';
import type { Receive, RequestState } from '@lethe/subject-request';
import type { Identify } from '../../identify.ts';
import { readRequests, subjectRequests } from '../../store/subject-requests.ts';
import { namesOf, type RequestName } from './idempotency.ts';
import type { RequestBody } from './request-body.ts';
import { type Acknowledgement, acknowledge } from './request-view.ts';

export interface Acceptance {
  readonly acknowledgement: Acknowledgement;
  /** True when the same request had been accepted before. */
  readonly replayed: boolean;
}

export interface AcceptanceContext {
  readonly service: Pick<ServiceHandle, 'store' | 'command'>;
  readonly catalog: Catalog;
  readonly identify: Identify;
  readonly register: KeyRing;
}

/** @throws ProblemError 422 when another body was accepted under this key */
export async function acceptRequest(
  { service, catalog, identify, register }: AcceptanceContext,
  body: RequestBody,
  idempotencyKey: string | undefined,
  now: Date,
): Promise<Acceptance> {
  const names = namesOf(register, idempotencyKey, body);
  const known = idempotencyKey === undefined ? null : await knownUnder(service, names);
  if (known !== null) return { acknowledgement: acknowledged(known.name, known.state), replayed: true };

  const [name] = names;
  const command = receive(name, body, { catalog, identify, now });
  // Two senders of one key at once: the record's version lets one of them be first, the other finds it there.
  const state = await service.command(subjectRequests, name.id, command);
  return { acknowledgement: acknowledged(name, state), replayed: false };
}

async function knownUnder(
  { store }: Pick<ServiceHandle, 'store'>,
  names: readonly RequestName[],
): Promise<{ readonly name: RequestName; readonly state: RequestState } | null> {
  const stored = await readRequests(
    store,
    names.map(({ id }) => id),
  );
  for (const name of names) {
    const state = stored.find(({ id }) => id === name.id)?.state;
    if (state !== undefined && state.bodyDigest !== null) return { name, state };
  }
  return null;
}

function acknowledged({ id, digest }: RequestName, state: RequestState): Acknowledgement {
  const acknowledgement = state.bodyDigest === digest ? acknowledge(id, state) : null;
  if (acknowledgement !== null) return acknowledgement;
  throw new ProblemError({
    status: 422,
    code: 'idempotency-key-reused',
    title: 'Another request was accepted under this Idempotency-Key',
    errors: [{ header: 'Idempotency-Key', detail: 'must be a new one for a new request' }],
  });
}

function receive(
  { id, digest }: RequestName,
  body: RequestBody,
  { catalog, identify, now }: { readonly catalog: Catalog; readonly identify: Identify; readonly now: Date },
): Receive {
  const { controller, type, requester, ground, scope, regulations } = body;
  const receivedAt = body.receivedAt === undefined ? now : new Date(body.receivedAt);
  return {
    type: 'Receive',
    requestId: id,
    bodyDigest: digest,
    controller,
    requestType: type,
    requester,
    ground,
    scope,
    regulations,
    identities: sealed(body, identify),
    receivedAt,
    respondBy: respondBy(catalog, regulations, receivedAt),
  };
}

/** Two spellings of one identifier are one. */
function sealed({ controller, identities }: RequestBody, identify: Identify): readonly SealedIdentity[] {
  const byRef = new Map<string, SealedIdentity>();
  for (const { type, value } of identities) {
    const identified = identify(controller, type, value);
    if (identified.kind !== 'sealed')
      throw new Error(`the body's check let an identity pass that is ${identified.kind}`);
    byRef.set(identified.identity.ref, identified.identity);
  }
  return [...byRef.values()];
}
