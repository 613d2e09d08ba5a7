/** Looks through log files, line by line, also compressed ones; and through what mongod has logged lately. */
import { createReadStream } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { MongoServerError, type MongoClient } from 'mongodb';
import { type Looking, seenBy } from './looking.ts';
import { logPlace } from './places.ts';
import type { StoreOf } from './stores.ts';

export async function searchLogs(folders: readonly string[], looking: Looking): Promise<void> {
  if (folders.length === 0) looking.notLooked('logs of the services: name their folder with --logs');
  for (const [index, folder] of folders.entries()) {
    const files = (await stat(folder)).isFile() ? [folder] : [...(await filesUnder(folder, folder, looking))].sort();
    if (files.length === 0) looking.blindTo(`--logs: number ${index + 1} holds no file`);
    for (const file of files) await searchFile(folder, file, looking);
  }
}

/**
 * Also behind links, as containers' logs are kept: each folder once, wherever it is met.
 * @param met real paths of the folders so far
 */
async function filesUnder(
  root: string,
  folder: string,
  looking: Looking,
  met: Set<string> = new Set(),
): Promise<readonly string[]> {
  const unseen = (path: string, error: unknown): readonly string[] => {
    looking.blindTo(`${join(basename(root), relative(root, path))}: ${codeOf(error)}`);
    return [];
  };
  try {
    const real = await realpath(folder);
    if (met.has(real)) return [];
    met.add(real);
    const files: string[] = [];
    for (const name of await readdir(folder)) {
      const path = join(folder, name);
      const about = await stat(path).catch((error: unknown) => void unseen(path, error));
      if (about?.isFile() === true) files.push(path);
      else if (about?.isDirectory() === true) files.push(...(await filesUnder(root, path, looking, met)));
      else if (about !== undefined) looking.notLooked(`${join(basename(root), relative(root, path))}: it is no file`);
    }
    return files;
  } catch (error) {
    return unseen(folder, error);
  }
}

async function searchFile(folder: string, path: string, looking: Looking): Promise<void> {
  const name = join(basename(folder), relative(folder, path));
  const place = logPlace(name);
  const inItsName = seenBy((report) => looking.lens.bytes(Buffer.from(name), report));
  if (inItsName.length > 0) looking.findings.add(place, inItsName, 'its name');
  let number = 0;
  try {
    for await (const line of linesOf(textOf(path))) {
      number += 1;
      const seen = seenBy((report) => looking.lens.bytes(line, report));
      if (seen.length > 0) looking.findings.add(place, seen, `line ${number}`);
    }
  } catch (error) {
    // A file that is cut off, or not for this account's eyes: what could be read was read.
    const which = inItsName.length > 0 ? 'a log' : name;
    looking.blindTo(`${which} behind its line ${number}: ${codeOf(error)}`);
  }
  looking.goOn();
  looking.looked('lines of logs', number);
}

function textOf(path: string): AsyncIterable<unknown> {
  const file = createReadStream(path, { highWaterMark: 1 << 20 });
  if (!path.endsWith('.gz')) return file;
  // An error of either ends both; the loop over the lines meets it.
  return pipeline(file, createGunzip(), () => undefined);
}

function codeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  return /^[A-Z_]{1,32}$/.test(code) ? code : 'it cannot be read';
}

const NEW_LINE = 0x0a;
/** What has no line breaks comes in parts of this size, with an overlap: nothing is cut in two. */
const LONGEST_LINE = 8 * 1024 * 1024;
const OVERLAP = 4_096;

/** Bytes, because a line may hold any; the last one needs no end. */
export async function* linesOf(parts: AsyncIterable<unknown>): AsyncGenerator<Buffer> {
  let rest: Buffer[] = [];
  for await (const part of parts) {
    if (!Buffer.isBuffer(part)) continue;
    let from = 0;
    for (let end = part.indexOf(NEW_LINE); end !== -1; end = part.indexOf(NEW_LINE, from)) {
      yield rest.length === 0 ? part.subarray(from, end) : Buffer.concat([...rest, part.subarray(from, end)]);
      rest = [];
      from = end + 1;
    }
    if (from < part.length) rest.push(part.subarray(from));
    if (rest.reduce((length, { length: more }) => length + more, 0) > LONGEST_LINE) {
      const long = Buffer.concat(rest);
      yield long;
      rest = [long.subarray(-OVERLAP)];
    }
  }
  if (rest.length > 0) yield Buffer.concat(rest);
}

/** A slow write is logged with what it was about. */
export async function searchMongodbLog(
  client: MongoClient,
  stores: readonly StoreOf[],
  looking: Looking,
): Promise<void> {
  try {
    const { log } = await client.db('admin').command({ getLog: 'global' });
    const lines: readonly unknown[] = Array.isArray(log) ? log : [];
    for (const line of lines) {
      if (typeof line !== 'string' || !stores.some(({ database }) => line.includes(`${database}.`))) continue;
      const seen = seenBy((report) => looking.lens.bytes(Buffer.from(line), report));
      if (seen.length > 0) looking.findings.add(logPlace('mongod, its latest lines'), seen, null);
    }
    looking.looked('lines of logs', lines.length);
  } catch (error) {
    if (!(error instanceof MongoServerError)) throw error;
    looking.notLooked("mongod's own log: this account may not ask for it");
  }
}
