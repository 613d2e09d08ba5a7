import { describe, expect, it } from '@jest/globals';
import { traceSettings } from './trace-settings.ts';

const OTEL_EXPORTER_OTLP_ENDPOINT = 'http://collector:4318';

describe('the settings of traces', () => {
  it.each([
    ['nothing is configured', {}],
    ['it is said so', { OTEL_TRACES_EXPORTER: 'none', OTEL_EXPORTER_OTLP_ENDPOINT }],
    ['the SDK is disabled', { OTEL_SDK_DISABLED: 'TRUE', OTEL_EXPORTER_OTLP_ENDPOINT }],
    ['no trace would be recorded', { OTEL_TRACES_SAMPLER: 'always_off', OTEL_EXPORTER_OTLP_ENDPOINT }],
    ['variables are empty', { OTEL_TRACES_EXPORTER: '', OTEL_EXPORTER_OTLP_ENDPOINT: ' ' }],
  ])('are none when %s', (_why, environment) => {
    expect(traceSettings(environment)).toBeNull();
  });

  it('are those of the standard variables', () => {
    expect(traceSettings({ OTEL_EXPORTER_OTLP_ENDPOINT })).toEqual({ exporter: 'otlp', ratio: 1 });
    expect(traceSettings({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://c/v1/traces' })?.exporter).toBe('otlp');
    expect(traceSettings({ OTEL_TRACES_EXPORTER: 'console' })?.exporter).toBe('console');
    const sampler = { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.25' };
    expect(traceSettings({ OTEL_EXPORTER_OTLP_ENDPOINT, ...sampler })?.ratio).toBe(0.25);
  });

  it.each([
    ['OTEL_TRACES_EXPORTER', { OTEL_TRACES_EXPORTER: 'zipkin' }],
    ['OTEL_EXPORTER_OTLP_PROTOCOL', { OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }],
    ['OTEL_TRACES_SAMPLER', { OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_TRACES_SAMPLER: 'mine' }],
    [
      'OTEL_TRACES_SAMPLER_ARG',
      { OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '10%' },
    ],
  ])('end the start when %s asks for what we would not do', (name, environment) => {
    expect(() => traceSettings(environment)).toThrow(`${name}: must be`);
  });
});
