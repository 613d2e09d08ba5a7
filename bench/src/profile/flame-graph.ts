/** A flame graph as one SVG without scripts: wide is long, above is called by below. Pure. */
import type { Frame } from './frames.ts';

const WIDTH = 1400;
const ROW = 17;
const TEXT_INSET = 3;
const CHARACTER = 6.6;
/** Narrower frames are not drawn: nobody could read them. */
const NARROWEST = 1;
const HEAD = 3 * ROW;

interface Box {
  readonly frame: Frame;
  readonly x: number;
  readonly width: number;
  readonly depth: number;
}

/** @param title what was profiled */
export function flameGraph(root: Frame, title: string): string {
  const boxes = laidOut(root);
  const rows = Math.max(...boxes.map(({ depth }) => depth)) + 1;
  const height = HEAD + rows * ROW;
  const drawn = boxes.map((box) => boxSvg(box, height, root.total));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="monospace" font-size="11">`,
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    `<text x="${TEXT_INSET}" y="${ROW}">${escaped(title)}: ${root.total.toFixed(0)} ms of work; ours orange, packages blue, Node and V8 grey; point at a frame for its place and time</text>`,
    ...drawn,
    '</svg>',
    '',
  ].join('\n');
}

function laidOut(root: Frame): readonly Box[] {
  const boxes: Box[] = [];
  const perMs = WIDTH / Math.max(root.total, Number.MIN_VALUE);
  const place = (frame: Frame, x: number, depth: number): void => {
    const width = frame.total * perMs;
    if (width < NARROWEST) return;
    boxes.push({ frame, x, width, depth });
    let at = x;
    for (const child of frame.children.toSorted((a, b) => a.name.localeCompare(b.name))) {
      place(child, at, depth + 1);
      at += child.total * perMs;
    }
  };
  place(root, 0, 0);
  return boxes;
}

function boxSvg({ frame, x, width, depth }: Box, height: number, all: number): string {
  const y = height - (depth + 1) * ROW;
  const room = Math.floor((width - 2 * TEXT_INSET) / CHARACTER);
  const label = room < 3 ? '' : frame.name.slice(0, room);
  const share = ((100 * frame.total) / Math.max(all, Number.MIN_VALUE)).toFixed(1);
  const told = `${frame.name} ${frame.place} ${frame.total.toFixed(1)} ms, ${share} %`;
  return [
    `<g><title>${escaped(told)}</title>`,
    `<rect x="${x.toFixed(1)}" y="${y}" width="${Math.max(width - 0.5, 0.5).toFixed(1)}" height="${ROW - 1}" fill="${colourOf(frame)}"/>`,
    label === '' ? '' : `<text x="${(x + TEXT_INSET).toFixed(1)}" y="${y + ROW - 5}">${escaped(label)}</text>`,
    '</g>',
  ].join('');
}

function colourOf({ place }: Frame): string {
  if (/^(apps|libs|bench|tools)\//.test(place)) return '#f6a55b';
  return place === '' || place.startsWith('node:') ? '#d5d5d5' : '#9cc3e6';
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
