/** Where the profiles of a line lie: what V8 wrote when the services ended, and a picture of each beside it. */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { Session } from 'node:inspector/promises';
import { join } from 'node:path';
import { flameGraph } from './flame-graph.ts';
import { type CpuProfile, frameTree } from './frames.ts';

const SUFFIX = '.cpuprofile';

/** An empty folder for this line. */
export async function profileFolder(folder: string, line: string): Promise<string> {
  const mine = join(folder, line);
  await rm(mine, { recursive: true, force: true });
  await mkdir(mine, { recursive: true });
  return mine;
}

/** Profiles this process while it does the work. */
export async function profiled<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.start');
  try {
    return await work();
  } finally {
    const { profile } = await session.post('Profiler.stop');
    session.disconnect();
    await writeFile(join(folder, `bench${SUFFIX}`), JSON.stringify(profile));
  }
}

/** Draws every profile in the folder; resolves with the pictures' paths. */
export async function drawProfiles(folder: string, line: string): Promise<readonly string[]> {
  const pictures: string[] = [];
  for (const file of (await readdir(folder)).filter((name) => name.endsWith(SUFFIX)).sort()) {
    const name = file.slice(0, -SUFFIX.length);
    const profile = JSON.parse(await readFile(join(folder, file), 'utf8')) as CpuProfile; // V8 wrote it
    const picture = join(folder, `${name}.svg`);
    await writeFile(picture, flameGraph(frameTree(profile), `${line}, ${name}`));
    pictures.push(picture);
  }
  return pictures;
}
