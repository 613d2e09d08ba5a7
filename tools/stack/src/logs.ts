import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Command } from './commands.ts';
import { defaultStateFolder, stackPaths } from './paths.ts';
import { messageOf } from './stack-error.ts';

const DEFAULT_LINES = '50';

/** Hands over to `tail`, which is on every system that these servers run on and survives a log being moved away. */
export const logs: Command = async (args, environment) => {
  const paths = stackPaths(defaultStateFolder(environment));
  const files = new Map([
    ['kafka', paths.kafkaLog],
    ['mongodb', paths.mongodbLog],
  ]);
  const asked = parse(args);
  if (typeof asked === 'string') return refuse(asked, 2);
  const wanted = asked.servers.length === 0 ? [...files.keys()] : asked.servers;
  const unknown = wanted.filter((name) => !files.has(name));
  if (unknown.length > 0) return refuse(`there is no server "${unknown.join('", "')}"; there are kafka and mongodb`, 2);
  const present = wanted.map((name) => files.get(name)).filter((file) => file !== undefined && existsSync(file));
  if (present.length === 0) return refuse(`no log in ${paths.logs}: the servers were never started here`, 1);
  const child = spawn('tail', ['-n', asked.lines, ...(asked.follow ? ['-F'] : []), ...present.map(String)], {
    stdio: 'inherit',
  });
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(refuse(messageOf(error), 1)));
    child.once('close', (code) => resolve(code ?? 0));
  });
};

const parse = (
  args: readonly string[],
): { readonly servers: readonly string[]; readonly lines: string; readonly follow: boolean } | string => {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { follow: { type: 'boolean', short: 'f' }, lines: { type: 'string', short: 'n' } },
    });
    const lines = values.lines ?? DEFAULT_LINES;
    return /^\d+$/.test(lines)
      ? { servers: positionals, lines, follow: values.follow ?? false }
      : '--lines wants a number';
  } catch (error) {
    return messageOf(error);
  }
};

const refuse = (why: string, code: number): number => {
  process.stderr.write(`stack logs: ${why}\n`);
  return code;
};
