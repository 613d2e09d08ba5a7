import { subjectRequests } from '../store/subject-requests.ts';

/** A system answered; repetitions and failures are the request's to judge, not ours. */
export const orderAnswered = subjectRequests.on('OrderAnswered', (event) => ({
  record: event.requestId,
  command: { type: 'HearOrderAnswered', ...event },
}));
