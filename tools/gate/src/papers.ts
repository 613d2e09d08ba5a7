import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withMarked } from './marked.ts';
import { root } from './root.ts';

/** The papers that hold a generated part. */
export const paper = {
  architecture: join(root, 'ARCHITECTURE.md'),
  alerts: join(root, 'docs', 'alerts.yaml'),
  metrics: join(root, 'docs', 'metrics.md'),
  readme: join(root, 'README.md'),
} as const;

export const rewrite = (file: string, name: string, generated: string): void =>
  writeFileSync(file, withMarked(readFileSync(file, 'utf8'), name, generated));

export const isCurrent = (file: string, name: string, generated: string): boolean => {
  const text = readFileSync(file, 'utf8');
  return withMarked(text, name, generated) === text;
};
