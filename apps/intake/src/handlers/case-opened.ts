import { subjectRequests } from '../store/subject-requests.ts';

/** Erasure is at it: the request is in progress. */
export const caseOpened = subjectRequests.on('CaseOpened', (event) => ({
  record: event.requestId,
  command: { type: 'HearCaseOpened', ...event },
}));
