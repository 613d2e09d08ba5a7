// `npm run check`: everything that is checked without running the product. All steps run, also after a failure.
import { spawnSync } from 'node:child_process';
import { installProblem } from './installed.ts';
import { environment, root } from './root.ts';

/** Each step is a script of the root package.json, so that it can be run alone. */
const steps = ['typecheck', 'lint', 'format:check', 'drift', 'sync:check'] as const;

const problem = installProblem();
if (problem !== null) {
  console.error(problem);
  process.exit(1);
}
const outcomes = steps.map((step) => {
  console.log(`\n> ${step}`);
  const began = performance.now();
  const { status } = spawnSync('npm', ['run', '--silent', step], { cwd: root, env: environment, stdio: 'inherit' });
  return { step, ok: status === 0, seconds: (performance.now() - began) / 1000 };
});
console.log('');
for (const { step, ok, seconds } of outcomes) {
  console.log(`${ok ? 'ok    ' : 'FAILED'}  ${step.padEnd(12)} ${seconds.toFixed(1).padStart(6)} s`);
}
process.exitCode = outcomes.every(({ ok }) => ok) ? 0 : 1;
