import { handlersFor } from '@lethe/service';

/** Audit's handlers are given nothing beside event and place: they see no catalog and no key. */
export type AuditContext = object;

export const { inBulk } = handlersFor<AuditContext>();
