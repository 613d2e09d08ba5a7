/** What Prometheus reads. Names and labels hold systems, topics and codes, never an identifier. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

export interface Metrics {
  /** Adds to `lethe_<name>`, made at its first use. */
  count(name: string, by: number, labels?: Readonly<Record<string, string>>): void;
  gauge(name: string, value: number, labels?: Readonly<Record<string, string>>): void;
  observe(name: string, value: number): void;
  /** The present value of a counter, over all labels. */
  total(name: string): Promise<number>;
  text(): Promise<string>;
}

const BATCH_SIZES = [1, 5, 20, 50, 100, 250, 500, 1000];

export function createMetrics(service: string): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry, prefix: 'lethe_process_' });
  const counters = new Map<string, Counter>();
  const gauges = new Map<string, Gauge>();
  const histograms = new Map<string, Histogram>();

  const made = <M>(held: Map<string, M>, name: string, make: (full: string) => M): M => {
    let metric = held.get(name);
    if (metric === undefined) held.set(name, (metric = make(`lethe_${name}`)));
    return metric;
  };
  const help = (name: string): string => name.replaceAll('_', ' ');

  return {
    count: (name, by, labels = {}) => {
      const labelNames = Object.keys(labels);
      made(
        counters,
        name,
        (full) => new Counter({ name: full, help: help(full), labelNames, registers: [registry] }),
      ).inc(labels, by);
    },
    gauge: (name, value, labels = {}) => {
      const labelNames = Object.keys(labels);
      made(gauges, name, (full) => new Gauge({ name: full, help: help(full), labelNames, registers: [registry] })).set(
        labels,
        value,
      );
    },
    observe: (name, value) => {
      made(
        histograms,
        name,
        (full) => new Histogram({ name: full, help: help(full), buckets: BATCH_SIZES, registers: [registry] }),
      ).observe(value);
    },
    total: async (name) => {
      const values = (await counters.get(name)?.get())?.values ?? [];
      return values.reduce((sum, { value }) => sum + value, 0);
    },
    text: () => registry.metrics(),
  };
}
