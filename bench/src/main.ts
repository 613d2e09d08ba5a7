/** `npm run bench`: measures every line, prints its figures, and ends with 1 when a run lost something or failed. */
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { openBench } from './bench.ts';
import { lines } from './lines.ts';
import { machine, machineText } from './machine.ts';
import { optionsFrom, usage, UsageError, type Options } from './options.ts';
import { writeFigures } from './paper.ts';
import type { Result } from './result.ts';
import { runLine } from './run-line.ts';
import { openServers } from './servers.ts';
import { textTable } from './table.ts';

const names = lines.map(({ name }) => name);
const profileFolder = fileURLToPath(new URL('../../node_modules/.cache/lethe/bench-profiles', import.meta.url));

/** Progress is for the person who waits, figures are for whoever reads them. */
const say = (text: string): void => void process.stderr.write(`${text}\n`);

async function run(options: Options): Promise<readonly Result[]> {
  const facts = await machine();
  await using servers = await openServers(say);
  say(`${machineText(facts)}; servers: ${servers.whose}`);
  await using bench = await openBench(servers, { ...options, say });
  const chosen = lines.filter(({ name }) => options.only.length === 0 || options.only.includes(name));
  const results: Result[] = [];
  const failed: string[] = [];
  for (const line of chosen) {
    try {
      const found = await runLine(line, bench, options);
      if (options.json) for (const result of found) process.stdout.write(`${JSON.stringify(result)}\n`);
      results.push(...found);
    } catch (error) {
      // The other lines are worth having all the same.
      failed.push(line.name);
      for (const failure of failures(error)) say(inspect(failure));
    }
  }
  if (!options.json) process.stdout.write(`${textTable(results)}\n`);
  if (failed.length > 0) throw new Error(`no figures of ${failed.join(', ')}: see above`);
  if (options.write) await writeFigures({ machine: facts, servers: servers.whose, results, lines: chosen });
  if (options.profile !== null) {
    say(`profiles: ${options.profile}; open an .svg in a browser, a .cpuprofile in a browser's developer tools`);
  }
  return results;
}

/** The first one first: Node shows of an error during disposal neither itself nor what led there. */
function failures(error: unknown): readonly unknown[] {
  return error instanceof SuppressedError ? [...failures(error.suppressed), ...failures(error.error)] : [error];
}

try {
  const options = optionsFrom(process.argv.slice(2), { lines: names, profileFolder });
  if (options.help) process.stdout.write(`${usage(names)}\n`);
  else {
    const results = await run(options);
    if (options.strict && results.some(({ ok }) => !ok)) process.exitCode = 1;
  }
} catch (error) {
  if (error instanceof UsageError) {
    say(`${error.message}\n\n${usage(names)}`);
    process.exitCode = 2;
  } else {
    for (const failure of failures(error)) say(inspect(failure));
    process.exitCode = 1;
  }
}
