/** `node main.js <folder>`: makes the deployment's keys there, unless they are there already. What docker-compose.yml runs first. */
import { keepKeys } from './keep-keys.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write('Name the folder that holds the keys.\n');
  process.exit(64);
}
try {
  const { made } = await keepKeys(folder);
  process.stdout.write(
    made ? `new keys are in ${folder}: keep a copy of them in a safe place\n` : 'the keys are there\n',
  );
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
