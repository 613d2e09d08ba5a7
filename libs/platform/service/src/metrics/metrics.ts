/** What Prometheus reads: every declared metric from the start, those without labels as zero. */
import * as prometheus from 'prom-client';
import type { Counter, Gauge, Histogram, LabelsOf, Metric } from './declare.ts';

export interface Series<L extends string> {
  readonly labels: Readonly<Record<L, string>>;
  readonly value: number;
}

export interface Metrics {
  count<L extends string>(metric: Counter<L>, by: number, ...labels: LabelsOf<L>): void;
  set<L extends string>(metric: Gauge<L>, value: number, ...labels: LabelsOf<L>): void;
  /** All series of a gauge at once: what is not among them is gone. None: nothing is known of it now. */
  replace<L extends string>(metric: Gauge<L>, series: readonly Series<L>[]): void;
  observe<L extends string>(metric: Histogram<L>, value: number, ...labels: LabelsOf<L>): void;
  /** The present value of a counter, over all labels. */
  total<L extends string>(metric: Counter<L>): Promise<number>;
  text(): Promise<string>;
}

interface Made {
  readonly counters: ReadonlyMap<string, prometheus.Counter>;
  readonly gauges: ReadonlyMap<string, prometheus.Gauge>;
  readonly histograms: ReadonlyMap<string, prometheus.Histogram>;
}

/** @throws Error when two of them have one name */
export function createMetrics(service: string, declared: readonly Metric[]): Metrics {
  const registry = new prometheus.Registry();
  registry.setDefaultLabels({ service });
  prometheus.collectDefaultMetrics({ register: registry, prefix: 'lethe_process_' });
  const { counters, gauges, histograms } = make(registry, declared);
  return {
    count: (metric, by, ...labels) => known(counters, metric).inc(valuesIn(labels), by),
    set: (metric, value, ...labels) => known(gauges, metric).set(valuesIn(labels), value),
    replace: (metric, series) => {
      const held = known(gauges, metric);
      held.reset();
      if (metric.labels.length === 0 && series.length === 0) held.remove();
      for (const { labels, value } of series) held.set(labels, value);
    },
    observe: (metric, value, ...labels) => known(histograms, metric).observe(valuesIn(labels), value),
    total: async (metric) => (await known(counters, metric).get()).values.reduce((sum, { value }) => sum + value, 0),
    text: () => registry.metrics(),
  };
}

function make(registry: prometheus.Registry, declared: readonly Metric[]): Made {
  const made = { counters: new Map(), gauges: new Map(), histograms: new Map() } satisfies Made;
  for (const metric of declared) {
    const { kind, name, help, labels } = metric;
    const common = { name, help, labelNames: [...labels], registers: [registry] };
    if (kind === 'counter') made.counters.set(name, new prometheus.Counter(common));
    else if (kind === 'gauge') made.gauges.set(name, new prometheus.Gauge(common));
    else made.histograms.set(name, new prometheus.Histogram({ ...common, buckets: [...metric.buckets] }));
  }
  return made;
}

function known<M>(held: ReadonlyMap<string, M>, { name }: { readonly name: string }): M {
  const found = held.get(name);
  if (found === undefined) throw new Error(`${name} is not in the table of this service's metrics`);
  return found;
}

function valuesIn(labels: readonly Readonly<Record<string, string>>[]): Record<string, string> {
  return labels[0] ?? {};
}
