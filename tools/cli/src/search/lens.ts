/** Says in which forms what is sought stands in a piece of data: a record, a document, a line. */
import { readDeadLetter } from '@lethe/bus';
import type { Catalog } from '@lethe/catalog';
import { ContractError, decodeEvent, eventNames, publishedSchema } from '@lethe/contracts';
import type { Keys } from '@lethe/identity';
import { openerOf, walk } from './boxes.ts';
import { standingOf } from './chance.ts';
import { scannerOf } from './scanner.ts';
import type { Sought } from './sought.ts';
import { type Form, type Spelling, spellingsOf } from './spellings.ts';
import { isRespellable, respelledIn, separatedDigitsOf } from './respelled.ts';

/** That it stands there, in this form; `as` says in which encoding. */
export interface Sighting {
  readonly sought: Sought;
  readonly form: Form;
  readonly as: string;
}

export type Report = (sighting: Sighting) => void;

export interface Lens {
  /** As bytes alone. */
  bytes(bytes: Uint8Array, report: Report): void;
  /** As bytes, and in the boxes of the event that these bytes are, or in the bytes that they seal. */
  message(bytes: Buffer, report: Report): void;
  /** In the boxes and byte strings of something decoded. */
  decoded(value: unknown, report: Report): void;
  /** What could not be looked into. */
  blind(): { readonly unknownKeys: number; readonly unknownBytes: number; readonly unknownSchemas: number };
}

/** Events that can hold a box; the others need not be decoded. */
const withBoxes: ReadonlySet<string> = new Set(
  eventNames
    .map((name) => publishedSchema(name))
    .filter(({ schema }) => schema.includes('SealedIdentifier'))
    .map(({ name }) => name),
);
const schemaOf = (name: (typeof eventNames)[number]): string =>
  Buffer.from(publishedSchema(name).fingerprint, 'hex').reverse().toString('latin1');
const withoutBoxes: ReadonlySet<string> = new Set(eventNames.filter((name) => !withBoxes.has(name)).map(schemaOf));
const userEvents = schemaOf('UserEvent');

export function lensOf(soughts: readonly Sought[], keys: Keys, catalog: Pick<Catalog, 'controllers'>): Lens {
  const scan = scannerOf(soughts.flatMap(spellingsOf));
  const opener = openerOf(soughts, keys, catalog);
  let unknownSchemas = 0;

  const respellable = soughts.filter(isRespellable);
  const separated = separatedDigitsOf(soughts);

  const bytes = (piece: Uint8Array, report: Report): void => {
    const found = (spelling: Spelling, at: number): void => {
      const standing = standingOf(spelling, piece, at);
      if (standing === 'chance') return;
      const { sought, form, as } = spelling;
      report({ sought, form, as: standing === 'inside' ? `${as}, inside a longer word` : as });
    };
    scan(piece, found);
    separated(piece, found);
  };

  const decoded = (value: unknown, report: Report): void =>
    walk(value, {
      box: (box) => opener.open(box).forEach((sought) => report({ sought, form: 'sealed', as: 'identifier' })),
      bytes: (inner) => inside(inner, report),
    });

  const inside = (piece: Buffer, report: Report): void => {
    if (piece[0] === 0xc3 && piece[1] === 0x01) {
      const schema = piece.toString('latin1', 2, 10);
      if (schema === userEvents && respellable.length > 0) respelledIn(piece, respellable, bytes).forEach(report);
      if (withoutBoxes.has(schema)) return;
      const event = decodeOrNull(piece);
      if (event === null) unknownSchemas += 1;
      else decoded(event, report);
      return;
    }
    const clear = opener.openBytes(piece);
    if (clear === null) return;
    const asSealed: Report = ({ sought, as }) => report({ sought, form: 'sealed', as: `bytes, in them ${as}` });
    bytes(clear, asSealed);
    const value = valueOf(piece, clear);
    if (value !== null) inside(value, asSealed);
  };

  return {
    bytes,
    decoded,
    message: (piece, report) => {
      bytes(piece, report);
      inside(piece, report);
    },
    blind: () => ({ ...opener.unknown(), unknownSchemas }),
  };
}

function decodeOrNull(piece: Buffer): unknown {
  try {
    return decodeEvent(piece).event;
  } catch (error) {
    if (error instanceof ContractError) return null;
    throw error;
  }
}

/** Of headers a dead letter's opening needs none. */
const anyNotes = {
  'lethe-reason': 'x',
  'lethe-group': '',
  'lethe-source-topic': '',
  'lethe-source-partition': '0',
  'lethe-source-offset': '0',
  'lethe-source-appended-at': '1970-01-01T00:00:00Z',
  'lethe-attempts': '1',
  'lethe-first-failed-at': '1970-01-01T00:00:00Z',
};

/** The value of the record that a dead letter holds; null when what was opened is no record. */
function valueOf(sealed: Buffer, clear: Buffer): Buffer | null {
  try {
    return readDeadLetter({ headers: anyNotes, value: sealed }, () => clear).record.value;
  } catch {
    // Something else was sealed; it was looked at as bytes.
    return null;
  }
}
