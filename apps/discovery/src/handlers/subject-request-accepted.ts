/** A request was accepted: register every ref of its subject known now, and say where it was seen so far. */
import type { Arrived, Reader } from '@lethe/service';
import { type Erasing, type Found, isToBegin, registeredNames, registerEntries } from '@lethe/subject-footprint';
import { type DiscoveryContext, inBulk } from '../handler-context.ts';
import { walkSubject } from '../locating/walk-subject.ts';
import { erasureRegister } from '../store/erasure-register.ts';
import { locations } from '../store/locations.ts';

type Accepted = Arrived<DiscoveryContext, 'SubjectRequestAccepted'>;

interface Beginning {
  readonly accepted: Accepted[number];
  readonly found: Found;
  /** What is known already: the case may have been heard of before its request. */
  readonly erasing: Erasing;
}

export const subjectRequestAccepted = inBulk('SubjectRequestAccepted', {
  read: async (arrived: Accepted, reader: Reader): Promise<readonly Beginning[]> => {
    const states = await reader.states(
      locations,
      arrived.map(({ event }) => event.requestId),
    );
    const beginnings: Beginning[] = [];
    await arrived[0]?.given.names.checkKeys(reader);
    for (const accepted of arrived) {
      const state = states.get(accepted.event.requestId) ?? locations.initial;
      if (!isToBegin(state)) continue;
      const { controller, identities } = accepted.event;
      const asked = identities.map((identity) => ({
        ...identity,
        aliases: accepted.given.names.aliasesOf(controller, identity),
      }));
      const found = await walkSubject(reader, asked);
      beginnings.push({ accepted, found, erasing: state.erasing });
    }
    return beginnings;
  },
  decide: (_arrived, beginnings, now) => ({
    writes: beginnings.flatMap(({ accepted: { event, given }, found, erasing }) =>
      registerEntries(registeredNames(found.identifiers, given.names.registerName), event.requestId, now, erasing).map(
        erasureRegister.add,
      ),
    ),
    commands: beginnings.map(({ accepted: { event }, found }) =>
      locations.command(event.requestId, {
        type: 'BeginLocation',
        requestId: event.requestId,
        controller: event.controller,
        found,
      }),
    ),
  }),
});
