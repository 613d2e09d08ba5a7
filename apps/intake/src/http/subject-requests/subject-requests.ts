/** The resource behind `/v1/subject-requests`, as functions: what comes in is unknown, what goes out has its schema. */
import { parseBody, parseQuery, ProblemError } from '@lethe/service';
import { listRequests, readRequests } from '../../store/subject-requests.ts';
import { type Acceptance, type AcceptanceContext, acceptRequest } from './accept-request.ts';
import { idempotencyKeyFault } from './idempotency.ts';
import { listQuery, pageOf, placeIn } from './list-page.ts';
import { requestBody } from './request-body.ts';
import { type RequestPage, type RequestView, viewOf } from './request-view.ts';

export interface SubjectRequests {
  /** @throws ProblemError 400, 415, 422 */
  accept(sent: {
    readonly contentType: string | undefined;
    readonly idempotencyKey: string | undefined;
    readonly body: unknown;
  }): Promise<Acceptance>;
  /** @throws ProblemError 404 */
  show(id: string): Promise<{ readonly view: RequestView; readonly etag: string }>;
  /** @throws ProblemError 400 */
  list(query: unknown): Promise<RequestPage>;
}

export function subjectRequestsOf(context: AcceptanceContext): SubjectRequests {
  const { store } = context.service;
  const body = requestBody({ catalog: context.catalog, now: () => new Date() });
  return {
    accept: async (sent) => {
      if (!isJson(sent.contentType)) {
        throw new ProblemError({ status: 415, code: 'not-json-type', title: 'The body must be application/json' });
      }
      const fault = idempotencyKeyFault(sent.idempotencyKey);
      const asked = parseBody(body, sent.body, fault === null ? [] : [fault]);
      return acceptRequest(context, asked, sent.idempotencyKey, new Date());
    },
    show: async (id) => {
      const [stored] = await readRequests(store, [id]);
      const view = stored === undefined ? null : viewOf(id, stored.state);
      if (stored === undefined || view === null) {
        throw new ProblemError({ status: 404, code: 'not-found', title: 'There is no such subject request' });
      }
      return { view, etag: `"${stored.version}"` };
    },
    list: async (query) => {
      const { limit, cursor } = parseQuery(listQuery, query);
      const after = cursor === undefined ? null : placeIn(cursor);
      return pageOf(await listRequests(store, { after, limit: limit + 1 }), limit);
    },
  };
}

/** What the body parser reads; anything else it leaves unread, as if nothing had been sent. */
function isJson(contentType: string | undefined): boolean {
  return /^application\/([a-z0-9.-]+\+)?json\s*(;|$)/i.test(contentType ?? '');
}
