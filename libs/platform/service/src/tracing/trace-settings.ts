/** What the standard variables of OpenTelemetry ask for. What we would not do as asked is refused, not ignored. */
import { ConfigError } from '../config.ts';

export interface TraceSettings {
  readonly exporter: 'otlp' | 'console';
  /** The part of new traces that is recorded, 0 to 1. */
  readonly ratio: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Null: no traces (nothing is configured, or `none`, or OTEL_SDK_DISABLED=true).
 * @throws ConfigError
 */
export function traceSettings(environment: Environment): TraceSettings | null {
  const value = (name: string): string => environment[name]?.trim() ?? '';
  if (value('OTEL_SDK_DISABLED').toLowerCase() === 'true') return null;
  const endpoint = value('OTEL_EXPORTER_OTLP_ENDPOINT') || value('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT');
  const exporter = value('OTEL_TRACES_EXPORTER') || (endpoint === '' ? 'none' : 'otlp');
  if (exporter === 'none') return null;
  if (exporter !== 'otlp' && exporter !== 'console') throw refused('OTEL_TRACES_EXPORTER', 'otlp, console or none');
  const protocol = value('OTEL_EXPORTER_OTLP_TRACES_PROTOCOL') || value('OTEL_EXPORTER_OTLP_PROTOCOL');
  if (exporter === 'otlp' && protocol !== '' && !protocol.startsWith('http/')) {
    throw refused('OTEL_EXPORTER_OTLP_PROTOCOL', 'http/json: spans are sent as JSON over HTTP');
  }
  const ratio = ratioOf(value('OTEL_TRACES_SAMPLER'), value('OTEL_TRACES_SAMPLER_ARG'));
  return ratio === 0 ? null : { exporter, ratio };
}

/** Each sampler of the standard stands for a ratio of new traces: whether a known parent is followed is no choice here. */
function ratioOf(sampler: string, argument: string): number {
  switch (sampler.replace(/^parentbased_/, '')) {
    case '':
    case 'always_on':
      return 1;
    case 'always_off':
      return 0;
    case 'traceidratio': {
      const ratio = argument === '' ? 1 : Number(argument);
      if (!(ratio >= 0 && ratio <= 1)) throw refused('OTEL_TRACES_SAMPLER_ARG', 'a number from 0 to 1');
      return ratio;
    }
    default:
      throw refused('OTEL_TRACES_SAMPLER', 'always_on, always_off or traceidratio, each also as parentbased_...');
  }
}

function refused(name: string, must: string): ConfigError {
  return new ConfigError(`the configuration cannot be used:\n  ${name}: must be ${must}`);
}
