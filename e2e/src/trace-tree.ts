/** A trace as a tree, for people: what came of what, where, and how long it took. */
import type { Span } from './collector.ts';

/** Shown beside a span, in this order, without their prefix. */
const SHOWN = ['lethe.event', 'lethe.command', 'lethe.system', 'lethe.entry.index', 'http.response.status_code'];

/** Spans without a parent among them come first; children in the order of their beginning. */
export function traceTree(spans: readonly Span[]): string {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const byTime = [...spans].sort((a, b) => a.from - b.from);
  const begin = byTime[0]?.from ?? 0;
  const lines: string[] = [];
  const linkedTo = ({ links }: Span): readonly string[] =>
    spans.filter(({ spanId }) => links.some((link) => link.spanId === spanId)).map(({ name }) => name);
  const print = (span: Span, indent: string, isLast: boolean | null): void => {
    const branch = isLast === null ? '' : isLast ? '└─ ' : '├─ ';
    lines.push(line(span, `${indent}${branch}`, begin, linkedTo(span)));
    const below = isLast === null ? '' : isLast ? '   ' : '│  ';
    const children = byTime.filter(({ parentSpanId }) => parentSpanId === span.spanId);
    for (const child of children) print(child, indent + below, child === children.at(-1));
  };
  for (const root of byTime.filter(({ parentSpanId }) => !ids.has(parentSpanId))) print(root, '', null);
  return lines.join('\n');
}

function line(
  { service, name, attributes, from, to, failed }: Span,
  indent: string,
  begin: number,
  linked: readonly string[],
): string {
  const facts = SHOWN.flatMap((key) => {
    const value = attributes[key];
    return value === undefined ? [] : [key === 'lethe.entry.index' ? `entry ${value}` : value];
  });
  const times = `+${Math.round(from - begin)} ms, ${(to - from).toFixed(1)} ms`;
  const said = facts.length > 0 ? ` [${facts.join(', ')}]` : '';
  const links = linked.length > 0 ? `, linked to: ${linked.join(', ')}` : '';
  return `${indent}${service}: ${name}${said} (${times}${links})${failed ? ' FAILED' : ''}`;
}
