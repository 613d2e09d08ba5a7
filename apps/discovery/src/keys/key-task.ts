/**
 * Moves on what was made with older keys, and shows what still needs which: register entries are hashed again under the
 * active key, boxes of the index are sealed under the active one, and its identifiers get their names under the active
 * pepper. All of it in small transactions that may be repeated, cut off or done by several processes at once.
 */
import { RetryableError, TerminalError } from '@lethe/bus';
import { pepperOf, type RegisterName } from '@lethe/identity';
import { type BulkWrite, type Counts, ProblemError, type Reader, type ServiceHandle, type Task } from '@lethe/service';
import { aliasOf, mergeEntries, type RegisterEntry, renamedEntry } from '@lethe/subject-footprint';
import { boxesResealed, boxesUnopened, documentsUnder, entriesRewrapped, namesAdded } from '../metrics.ts';
import type { Names } from '../names.ts';
import { erasureRegister } from '../store/erasure-register.ts';
import { identities, type IdentityDocument } from '../store/identities.ts';
import { keysInUse } from '../store/key-use.ts';
import { links } from '../store/links.ts';

export type KeyService = Pick<ServiceHandle, 'logger' | 'metrics' | 'store' | 'transact'>;

export interface KeyTask {
  readonly everyMs: number;
  /** Of entries, or of identities, in one transaction. */
  readonly atOnce: number;
  /** The least time between two counts, and between two passes over the index. Each also rests 100 times as long as it took. */
  readonly restMs: number;
  /** The same while there is one key of each purpose, and nothing to decide. */
  readonly idleMs: number;
}

const usual: KeyTask = { everyMs: 1_000, atOnce: 200, restMs: 5_000, idleMs: 600_000 };
const SHARE = 100;

export function keyTask(service: KeyService, names: Names, options: KeyTask = usual): Task {
  const { rings } = names;
  const ids = (purpose: keyof typeof rings): readonly string[] => [...rings[purpose].byId.keys()];
  const [, ...olderRegisterKeys] = ids('register');
  const [, ...olderSealingKeys] = ids('sealing');
  const [pepper = ''] = ids('peppers');
  const rotating = [ids('peppers'), ids('register'), ids('sealing')].some((each) => each.length > 1);
  const renewing = ids('peppers').length > 1 || olderSealingKeys.length > 0;
  const rest = { ...options, restMs: rotating ? options.restMs : options.idleMs };
  /** How far the pass over the index has come. */
  let last = '';
  const pass = resting(rest);
  const counting = resting(rest);

  const step = async (): Promise<boolean> => {
    try {
      const more = [await rewrapSome(), renewing && (await renewSome())];
      if (counting.isDue()) await counting.timed(showUse);
      return more.some((each) => each);
    } catch (error) {
      if (!(error instanceof ProblemError) && !(error instanceof RetryableError)) throw error;
      return false; // too much waits to be published, or a newer key is on its way: the next step is soon enough
    }
  };

  const rewrapSome = async (): Promise<boolean> => {
    const found = await erasureRegister.idsUnder(service.store, olderRegisterKeys, options.atOnce);
    if (found.length === 0) return false;
    await service.transact(async (reader) => {
      await names.checkKeys(reader);
      const entries = await erasureRegister.withIds(reader, found);
      const moved = entries.flatMap((entry) => moveOn(entry, names.rewrapped));
      const there = await erasureRegister.withIds(
        reader,
        moved.map(({ to }) => to.id),
      );
      return {
        writes: moved.flatMap(({ from, to }) => {
          const other = there.find(({ id }) => id === to.id);
          return erasureRegister.rename(from, other === undefined ? to : mergeEntries(to, other));
        }),
        counts: [[entriesRewrapped, moved.length]] as const,
      };
    });
    return found.length === options.atOnce;
  };

  const renewSome = async (): Promise<boolean> => {
    if (last === '' && !pass.isDue()) return false;
    const behind = () => identities.behind(service.store, last, { keys: olderSealingKeys, pepper }, options.atOnce);
    const refs = await pass.timed(behind);
    if (refs.length > 0) await service.transact(async (reader, now) => renewed(refs, reader, now));
    last = refs.length < options.atOnce ? '' : (refs.at(-1) ?? '');
    return last !== '';
  };

  const renewed = async (refs: readonly string[], reader: Reader, now: Date) => {
    const writes: BulkWrite[] = [];
    const found = { boxesResealed: 0, namesAdded: 0, boxesUnopened: 0 };
    await names.checkKeys(reader);
    for (const document of await identities.documents(reader, refs)) {
      try {
        const { resealed, named, writes: its } = renewal(document, names, now);
        writes.push(...its, ...(named.length > 0 ? await registeredAnew(document._id, named, names, reader) : []));
        found.boxesResealed += resealed ? 1 : 0;
        found.namesAdded += named.length;
      } catch (error) {
        // It stays as it is, and counts as in use; an order for it would say so as well.
        if (!(error instanceof RetryableError) && !(error instanceof TerminalError)) throw error;
        found.boxesUnopened += 1;
      }
    }
    const counts: Counts = [
      [boxesResealed, found.boxesResealed],
      [namesAdded, found.namesAdded],
      [boxesUnopened, found.boxesUnopened],
    ];
    return { writes, counts };
  };

  const showUse = async (): Promise<void> => {
    const use = await keysInUse(service.store, ids('peppers'));
    const series = (['peppers', 'register', 'sealing'] as const).flatMap((purpose) =>
      [...new Set([...ids(purpose), ...use[purpose].keys()])].map((key) => ({
        labels: { purpose, key },
        value: use[purpose].get(key) ?? 0,
      })),
    );
    // All of them anew: a key that nobody configures and nothing needs any more is not told.
    service.metrics.replace(documentsUnder, series);
  };

  return { name: 'keys', everyMs: options.everyMs, step };
}

function moveOn(from: RegisterEntry, rewrapped: (name: RegisterName) => RegisterName | null) {
  const name = rewrapped(from);
  return name === null ? [] : [{ from, to: renamedEntry(from, name) }];
}

/** What is to be written so that an identity is named under every pepper and sealed under the active key. */
function renewal({ _id: ref, controller, type, sealed, alsoUnder = [] }: IdentityDocument, names: Names, now: Date) {
  const identity = { ref, type, sealed };
  const box = names.resealed(controller, identity);
  const missing = names.aliasesOf(controller, identity).filter((alias) => !alsoUnder.includes(pepperOf(alias)));
  const writes = box === null && missing.length === 0 ? [] : [identities.renewed(ref, box, missing.map(pepperOf))];
  return {
    resealed: box !== null,
    named: missing,
    writes: [...writes, ...missing.map((alias) => links.add(aliasOf(ref, alias, now)))],
  };
}

/**
 * The entries of a ref under its further names, too, so that they are known by them alone one day. The entries as they
 * stand are written as well: an order that is heard at the same moment must not miss the new ones.
 */
async function registeredAnew(
  ref: string,
  aliases: readonly string[],
  { registerHashes, registerName }: Names,
  reader: Reader,
): Promise<readonly BulkWrite[]> {
  const entries = await erasureRegister.withHashes(reader, registerHashes(ref));
  const others = (name: string): readonly string[] => [ref, ...aliases].filter((other) => other !== name).map(pepperOf);
  return entries.flatMap((entry) => [
    erasureRegister.add({ ...entry, alsoUnder: others(ref) }),
    ...aliases.map((alias) =>
      erasureRegister.add({ ...renamedEntry(entry, registerName(alias)), alsoUnder: others(alias) }),
    ),
  ]);
}

/** Something that is done at most for one part in a hundred of the time. */
function resting({ restMs }: Pick<KeyTask, 'restMs'>) {
  let due = -Infinity;
  return {
    isDue: (): boolean => performance.now() >= due,
    timed: async <T>(act: () => Promise<T>): Promise<T> => {
      const began = performance.now();
      const result = await act();
      const ended = performance.now();
      due = ended + Math.max(restMs, SHARE * (ended - began));
      return result;
    },
  };
}
