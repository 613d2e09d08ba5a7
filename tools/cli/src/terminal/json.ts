/** JSON as one line: also what JSON leaves alone and a terminal does not (direction marks, C1 controls) is escaped. */
export const jsonLine = (value: unknown): string => `${escaped(JSON.stringify(value))}\n`;

/** The same for people, indented. */
export const jsonText = (value: unknown): string => escaped(JSON.stringify(value, null, 2));

const escaped = (json: string): string =>
  json.replaceAll(/[\p{Cf}\p{Zl}\p{Zp}\u007f-\u009f]/gu, (character) =>
    // In JSON a character beyond 16 bits is two escapes.
    [...Array(character.length).keys()]
      .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`)
      .join(''),
  );
