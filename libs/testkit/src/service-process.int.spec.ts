import { afterEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { endServiceProcesses, serviceProcess, waitFor } from './index.ts';

afterEach(endServiceProcesses);

const isGone = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
};

/** Answers HTTP on a free port, which it says, and ends politely on SIGTERM. */
const SERVER = `
  const server = require('node:http').createServer((_, response) => response.end('ok'));
  server.listen(0, '127.0.0.1', () => console.log('listening on ' + server.address().port));
  process.on('SIGTERM', () => { console.log('draining'); server.close(() => process.exit(0)); server.closeAllConnections(); });
`;

describe('serviceProcess', () => {
  it('is ready when its line has come, and tells what else it said', async () => {
    const service = await serviceProcess({ argv: ['-e', SERVER], ready: { line: /listening on \d+/ } });
    const match = await service.waitForOutput(/listening on (\d+)/);
    const response = await fetch(`http://127.0.0.1:${match[1] ?? ''}/`);
    expect(await response.text()).toBe('ok');
    await service.kill('SIGTERM');
    expect(await service.exited).toEqual({ code: 0, signal: null });
    expect(service.output()).toContain('draining');
  });

  it('is ready when its address answers', async () => {
    const first = await serviceProcess({ argv: ['-e', SERVER], ready: { line: /listening on \d+/ } });
    const [, port] = await first.waitForOutput(/listening on (\d+)/);
    await first.kill('SIGKILL');
    const url = `http://127.0.0.1:${port ?? ''}/`;
    const program = SERVER.replace('listen(0', `listen(${port ?? ''}`);
    await serviceProcess({ argv: ['-e', program], ready: { url } });
    expect((await fetch(url)).status).toBe(200);
  });

  it('stops and continues it', async () => {
    const service = await serviceProcess({
      argv: ['-e', 'setInterval(() => console.log("tick"), 10)'],
      ready: { line: /tick/ },
    });
    const state = async (): Promise<string> => {
      const { readFile } = await import('node:fs/promises');
      return (await readFile(`/proc/${service.pid}/stat`, 'utf8')).split(') ')[1]?.[0] ?? '';
    };
    await service.kill('SIGSTOP');
    await waitFor(async () => (await state()) === 'T', { what: 'it to stop' });
    await service.kill('SIGCONT');
    await waitFor(async () => (await state()) !== 'T', { what: 'it to go on' });
    await service.kill('SIGKILL');
    expect(await service.exited).toEqual({ code: null, signal: 'SIGKILL' });
  });

  it('says at once, with its output, that it ended instead of getting ready', async () => {
    const program = 'console.error("LETHE_CATALOG is missing"); process.exit(3)';
    const failing = serviceProcess({ name: 'intake', argv: ['-e', program], ready: { url: 'http://127.0.0.1:9/' } });
    await expect(failing).rejects.toThrow(/intake ended \(3\)[^]*LETHE_CATALOG is missing/);
  });

  it('takes what it started with it, stopped or not', async () => {
    const program =
      'const c = require("node:child_process").spawn("sleep", ["1000"]); console.log("child " + c.pid); setInterval(() => 0, 1000)';
    const service = await serviceProcess({ argv: ['-e', program] });
    const [, child] = await service.waitForOutput(/child (\d+)/);
    await service.kill('SIGSTOP');
    await service[Symbol.asyncDispose]();
    await waitFor(() => isGone(Number(child)), { what: 'its child to be gone' });
  });

  it('does not outlive a test process that is killed', async () => {
    const module = fileURLToPath(new URL('./service-process.ts', import.meta.url));
    const program = `
      import { serviceProcess } from ${JSON.stringify(module)};
      const service = await serviceProcess({ argv: ['-e', 'console.log("up"); setInterval(() => 0, 1000)'], ready: { line: /up/ } });
      console.log('service ' + service.pid);
      setInterval(() => 0, 1000);
    `;
    const tester = spawn(process.execPath, ['--input-type=module', '-e', program], {
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    const [line] = (await once(tester.stdout, 'data')) as [Buffer];
    const pid = Number(/service (\d+)/.exec(line.toString())?.[1]);
    expect(isGone(pid)).toBe(false);
    tester.kill('SIGKILL');
    await waitFor(() => isGone(pid), { what: 'the service to follow its tester' });
  });
});
