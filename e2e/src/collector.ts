/** What a collector of traces receives: OTLP over HTTP as JSON, kept as plain spans. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Span {
  readonly service: string;
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for the first of its trace. */
  readonly parentSpanId: string;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly attributes: Readonly<Record<string, string>>;
  readonly failed: boolean;
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
}

export interface Collector extends AsyncDisposable {
  /** What OTEL_EXPORTER_OTLP_ENDPOINT has to be. */
  readonly endpoint: string;
  readonly spans: readonly Span[];
  /** Everything that was received, as it came. */
  readonly raw: string;
}

interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}
interface SentSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly links?: Span['links'];
  readonly attributes?: readonly Attribute[];
  readonly status?: { readonly code?: number };
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
}
interface Export {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly SentSpan[] }[];
  }[];
}

const FAILED = 2;

export async function openCollector(): Promise<Collector> {
  const received: string[] = [];
  const spans: Span[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      received.push(body);
      spans.push(...spansIn(JSON.parse(body) as Export));
      response.setHeader('content-type', 'application/json').end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    spans,
    get raw() {
      return received.join('\n');
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function spansIn({ resourceSpans }: Export): readonly Span[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = plain(resource.attributes)['service.name'] ?? '';
    return scopeSpans.flatMap(({ spans }) =>
      spans.map((span): Span => {
        const { name, traceId, spanId, parentSpanId = '', links = [], attributes = [], status } = span;
        return {
          service,
          name,
          traceId,
          spanId,
          parentSpanId,
          links: links.map((link) => ({ traceId: link.traceId, spanId: link.spanId })),
          attributes: plain(attributes),
          failed: status?.code === FAILED,
          from: Number(span.startTimeUnixNano) / 1e6,
          to: Number(span.endTimeUnixNano) / 1e6,
        };
      }),
    );
  });
}

function plain(attributes: readonly Attribute[]): Readonly<Record<string, string>> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, String(Object.values(value)[0])]));
}
