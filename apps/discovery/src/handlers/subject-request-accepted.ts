/** A request was accepted: register every ref of its subject known now, and say where it was seen so far. */
import type { Arrived } from '@lethe/service';
import { type Found, registerEntries } from '@lethe/subject-footprint';
import { type DiscoveryContext, inBulk } from '../handler-context.ts';
import { walkSubject } from '../locating/walk-subject.ts';
import { erasureRegister } from '../store/erasure-register.ts';
import { locations } from '../store/locations.ts';

export const subjectRequestAccepted = inBulk('SubjectRequestAccepted', {
  read: async (arrived: Arrived<DiscoveryContext, 'SubjectRequestAccepted'>, reader): Promise<readonly Found[]> => {
    const found: Found[] = [];
    for (const { event } of arrived) found.push(await walkSubject(reader, event.identities));
    return found;
  },
  decide: (arrived, found, now) => {
    const each = arrived.flatMap(({ event, given }, index) => {
      const walked = found[index];
      return walked === undefined ? [] : [{ event, given, walked }];
    });
    return {
      writes: each.flatMap(({ event, given, walked }) =>
        registerEntries(
          walked.identifiers.map(({ ref }) => given.registerHash(ref)),
          event.requestId,
          now,
        ).map(erasureRegister.add),
      ),
      commands: each.map(({ event: { requestId, controller }, walked }) =>
        locations.command(requestId, { type: 'BeginLocation', requestId, controller, found: walked }),
      ),
    };
  },
});
