import { subjectLocation } from '@lethe/subject-footprint';
import { records } from '../handler-context.ts';

/** One document per request: how far its locating has come. Nothing writes it but the decider. */
export const locations = records('locations', subjectLocation);
