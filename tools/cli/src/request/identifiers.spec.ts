import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { identifiersIn } from './identifiers.ts';
import { CommandError } from '../command-error.ts';

const read = (text: string | Buffer) => identifiersIn(Buffer.from(text));

describe('identifiers', () => {
  it.each([
    ['email=jane@example.com', [{ type: 'email', value: 'jane@example.com' }]],
    [
      '\n email = a@b.c \r\n\r\nmember_id=7=8\n',
      [
        { type: 'email', value: 'a@b.c' },
        { type: 'member_id', value: '7=8' },
      ],
    ],
    ['[{"type":"email","value":"a@b.c"}]', [{ type: 'email', value: 'a@b.c' }]],
    ['{"identities":[{"type":"email","value":"a@b.c"}]}', [{ type: 'email', value: 'a@b.c' }]],
    ['{"type":"email","value":"a@b.c"}', [{ type: 'email', value: 'a@b.c' }]],
    ['email=Jürgen@exämple.com', [{ type: 'email', value: 'Jürgen@exämple.com' }]],
  ])('%j', (text, identifiers) => {
    expect(read(text)).toEqual(identifiers);
  });

  it.each([
    ['', /stdin is empty/],
    [' \n\r\n ', /stdin is empty/],
    ['email=a@b.c\ncanary7731', /line 2 of stdin is not type=value/],
    ['=canary7731', /line 1 of stdin has no type/],
    ['canary7731=', /line 1 of stdin has no value/],
    [Buffer.from([0xff, 0xfe, 0x00, 0x41]), /stdin is not text in UTF-8/],
    ['email=canary7731\0', /stdin is not text in UTF-8/],
    ['{"canary7731', /begins like JSON and is none/],
    ['[]', /the list on stdin is empty/],
    ['[{"type":"email"}]', /item 1 of the list/],
    ['[{"type":"email","value":7}]', /item 1 of the list/],
    ['[{"type":"email","value":"a"},"canary7731"]', /item 2 of the list/],
    ['{"identities":"canary7731"}', /no list of identifiers/],
  ])('%j is refused', (text, sentence) => {
    expect(() => read(text)).toThrow(sentence);
  });

  it('never repeats what it was given', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.constantFrom('', '{', '[{"', 'x'), (bytes, before) => {
        const input = Buffer.concat([Buffer.from(`${before}canary7731`), bytes]);
        try {
          identifiersIn(input);
        } catch (error) {
          expect(error).toBeInstanceOf(CommandError);
          expect(JSON.stringify([String(error), error])).not.toContain('canary7731');
        }
      }),
      { seed: 20_261_123 },
    );
  });
});
