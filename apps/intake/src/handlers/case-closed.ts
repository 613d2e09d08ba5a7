import { subjectRequests } from '../store/subject-requests.ts';

/** Every system has answered; the request is completed once it has heard each answer too. */
export const caseClosed = subjectRequests.on('CaseClosed', (event) => ({
  record: event.requestId,
  command: { type: 'HearCaseClosed', ...event },
}));
