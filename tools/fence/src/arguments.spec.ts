import { describe, expect, it } from '@jest/globals';
import { parseCommand } from './arguments.ts';

const who = ['--actor', 'operator-1', '--reason', 'topic_replaced'];

describe('what the operator asked for', () => {
  it.each([
    ['', { command: 'help' }],
    ['show --help', { command: 'help' }],
    ['show', { command: 'show', service: null, json: false }],
    ['show --service erasure --json', { command: 'show', service: 'erasure', json: true }],
  ])('%s', (line, asked) => {
    expect(parseCommand(line.split(' ').filter((word) => word !== ''))).toEqual(asked);
  });

  it.each([
    ['--topic lethe.requests --at start', { kind: 'fence', topic: 'lethe.requests', partition: null, at: 'start' }],
    ['--topic t --partition 3 --at 17', { kind: 'fence', topic: 't', partition: 3, at: 17 }],
    ['--relay publish', { kind: 'relay', pending: 'publish' }],
    ['--relay clear', { kind: 'relay', pending: 'clear' }],
  ])('adopt %s', (line, decision) => {
    expect(parseCommand(['adopt', '--service', 'erasure', ...who, ...line.split(' ')])).toEqual({
      command: 'adopt',
      service: 'erasure',
      actor: 'operator-1',
      reason: 'topic_replaced',
      decision,
      json: false,
    });
  });
});

describe('what makes no sense is refused, each by its own sentence', () => {
  it.each([
    ['adopt fast', /adopt needs --service/],
    ['forget', /no command "forget"/],
    ['show everything', /show takes no words: "everything"/],
    ['show --all', /--all/],
  ])('%s', (line, sentence) => {
    expect(() => parseCommand(line.split(' '))).toThrow(sentence);
  });

  it.each([
    ['--at start', /adopt needs --topic/],
    ['--topic t', /adopt needs --at/],
    ['--topic t --at 5', /name it with --partition/],
    ['--topic t --partition 0 --at soon', /--at "soon" is no whole number/],
    ['--topic t --partition 0 --at -1', /--at/],
    ['--topic t --partition 1.5 --at end', /--partition "1.5" is no whole number/],
    ['--topic t --at end now', /without --relay: "now"/],
    ['--relay', /needs one word: publish .* or clear/],
    ['--relay both', /needs one word/],
    ['--relay clear --topic t', /--topic belongs to a fence/],
  ])('adopt %s', (line, sentence) => {
    expect(() => parseCommand(['adopt', '--service', 's', ...who, ...line.split(' ')])).toThrow(sentence);
  });

  it.each([
    ['--reason', 'The topic of Anna was replaced', /must be a code/],
    ['--actor', 'Anna Example', /must be an account/],
  ])('%s with free text', (option, text, sentence) => {
    const others = { '--reason': 'a_code', '--actor': 'operator-1', [option]: text };
    const words = ['adopt', '--service', 's', '--topic', 't', '--at', 'end', ...Object.entries(others).flat()];
    expect(() => parseCommand(words)).toThrow(sentence);
  });
});
