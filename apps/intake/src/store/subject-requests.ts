/** One document per subject request, without identifiers. Nothing writes it but the decider. */
import { loadRecords, type RecordDocument, type Store } from '@lethe/store';
import { type RequestState, subjectRequest } from '@lethe/subject-request';
import { records } from '../handler-context.ts';

export const subjectRequests = records('subject-requests', subjectRequest, { index: ['state'] });

const { collection } = subjectRequests.kind;

/** The order in which they are listed. */
export const indexes = [{ collection, keys: { 'state.receivedAt': 1, _id: 1 } }] as const;

export interface StoredRequest {
  readonly id: string;
  /** Grows with every change. */
  readonly version: number;
  readonly state: RequestState;
}

/** Those of these ids that were ever heard of. */
export async function readRequests(store: Store, ids: readonly string[]): Promise<readonly StoredRequest[]> {
  const found = await loadRecords<RequestState>(store.db, collection, ids);
  return [...found.values()].map(stored);
}

/** A place in the list: behind the request that was received then and has this id. */
export interface ListPlace {
  readonly receivedAt: Date;
  readonly id: string;
}

/** Received requests in the order of their receipt. A case whose request was not heard yet is not among them. */
export async function listRequests(
  store: Store,
  { after, limit }: { readonly after: ListPlace | null; readonly limit: number },
): Promise<readonly StoredRequest[]> {
  const behind =
    after === null
      ? []
      : [
          { 'state.receivedAt': { $gt: after.receivedAt } },
          { 'state.receivedAt': after.receivedAt, _id: { $gt: after.id } },
        ];
  const filter = { 'state.receivedAt': { $type: 'date' }, ...(behind.length > 0 && { $or: behind }) };
  const found = await store.db
    .collection<RecordDocument<RequestState>>(collection)
    .find(filter as never)
    .sort({ 'state.receivedAt': 1, _id: 1 })
    .limit(limit)
    .toArray();
  return found.map(stored);
}

function stored({ _id, version, state }: RecordDocument<unknown>): StoredRequest {
  return { id: _id, version, state: state as RequestState };
}
