import { subjectRequests } from '../store/subject-requests.ts';

/** A system was asked; the requester may see which, and by when it must answer. */
export const orderSent = subjectRequests.on('OrderSent', (event) => ({
  record: event.requestId,
  command: { type: 'HearOrderSent', ...event },
}));
