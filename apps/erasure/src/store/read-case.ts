import { loadRecords, type Store } from '@lethe/store';
import type { CaseState } from '@lethe/erasure-case';
import type { ErasureCases } from './erasure-cases.ts';

/** A case as it stands, or null. */
export async function readCase(store: Store, cases: ErasureCases, id: string): Promise<CaseState | null> {
  const found = await loadRecords<CaseState>(store.db, cases.kind.collection, [id]);
  return found.get(id)?.state ?? null;
}
