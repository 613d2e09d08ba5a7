/** A service's table, as far as a drawing needs it; the shape is @lethe/service's `Topology`. */
export interface Table {
  readonly name: string;
  /** Topic -> event -> its handler, or `'ignored'`. */
  readonly consumes: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Topic -> events; an event whose boxes are opened at the edge is an object that names it. */
  readonly publishes: Readonly<Record<string, readonly (string | { readonly opensAtTheEdge: string })[]>>;
}

/** One topic: who speaks, what is said, who hears it. */
export interface Flow {
  readonly topic: string;
  readonly from: readonly string[];
  readonly events: readonly string[];
  readonly to: readonly string[];
}

/** Who stands at the other end of a topic that only one side of Lethe knows. */
const outside: Readonly<Record<string, string>> = {
  'lethe.user-events': 'upstream systems',
  'lethe.erasure-orders.*': 'downstream teams',
  'lethe.answers.*': 'downstream teams',
  'lethe.operator-events': 'operators',
};

/** The way through the house, for the order of the drawing; what is not named here comes last, by its name. */
const services = ['intake', 'discovery', 'erasure', 'audit'];
const topics = [
  'lethe.user-events',
  'lethe.observations',
  'lethe.requests',
  'lethe.footprints',
  'lethe.erasure-orders.*',
  'lethe.answers.*',
  'lethe.case-events',
];

const inOrderOf =
  (known: readonly string[]) =>
  (one: string, other: string): number => {
    const rank = (name: string): number => (known.includes(name) ? known.indexOf(name) : known.length);
    return rank(one) - rank(other) || one.localeCompare(other);
  };

const distinct = (words: readonly string[]): readonly string[] => [...new Set(words)];

export const flows = (unordered: readonly Table[]): readonly Flow[] => {
  const tables = unordered.toSorted((one, other) => inOrderOf(services)(one.name, other.name));
  const named = distinct(
    tables.flatMap(({ consumes, publishes }) => [...Object.keys(publishes), ...Object.keys(consumes)]),
  );
  return named.toSorted(inOrderOf(topics)).map((topic) => {
    const speakers = tables.filter(({ publishes }) => topic in publishes);
    const hearers = tables.filter(({ consumes }) => topic in consumes);
    const said = speakers
      .flatMap(({ publishes }) => publishes[topic] ?? [])
      .map((event) => (typeof event === 'string' ? event : event.opensAtTheEdge));
    const other = [outside[topic] ?? 'anyone'];
    return {
      topic,
      from: speakers.length > 0 ? speakers.map(({ name }) => name) : other,
      events: distinct([...said, ...hearers.flatMap(({ consumes }) => Object.keys(consumes[topic] ?? {}))]),
      to: hearers.length > 0 ? hearers.map(({ name }) => name) : other,
    };
  });
};

/** As aligned text, one topic a line. */
export const asText = (all: readonly Flow[]): string => {
  const lines = all.map(({ topic, from, events, to }) => ({
    from: from.join(', '),
    topic,
    to: to.join(', '),
    events: events.join(', '),
  }));
  const wide = (part: 'from' | 'topic' | 'to'): number => Math.max(...lines.map((line) => line[part].length));
  return lines
    .map(
      ({ from, topic, to, events }) =>
        `${from.padStart(wide('from'))} ──${topic.padEnd(wide('topic'), '─')}──▶ ${to.padEnd(wide('to'))}  ${events}`,
    )
    .join('\n');
};

/** As a Mermaid flowchart: a box per service, a rounded one for who stands outside, an arrow per topic. */
export const asMermaid = (all: readonly Flow[], inside: readonly string[]): string => {
  const id = (name: string): string => name.replaceAll(' ', '-');
  const names = distinct(all.flatMap(({ from, to }) => [...from, ...to]));
  return [
    'flowchart LR',
    ...names.map((name) => `  ${id(name)}${inside.includes(name) ? `[${name}]` : `([${name}])`}`),
    ...all.flatMap(({ topic, from, to }) =>
      from.flatMap((speaker) =>
        to.map((hearer) => `  ${id(speaker)} -->|${topic.replace(/^lethe\./, '')}| ${id(hearer)}`),
      ),
    ),
  ].join('\n');
};
