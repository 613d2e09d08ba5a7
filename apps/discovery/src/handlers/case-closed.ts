import { locations } from '../store/locations.ts';

/** The case is over: its location forgets what it knows. */
export const caseClosed = locations.on('CaseClosed', (closed) => ({
  record: closed.requestId,
  command: { type: 'EndLocation' },
}));
