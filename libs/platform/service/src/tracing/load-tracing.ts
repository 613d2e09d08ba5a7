/** Loads the SDK when the environment asks for traces, and nothing at all when it does not. */
import type { Environment } from '../environment.ts';
import type { TracedService } from './open-telemetry.ts';
import { traceSettings } from './trace-settings.ts';
import type { Tracing } from './tracing.ts';

/** @throws ConfigError */
export async function loadTracing(environment: Environment, about: TracedService): Promise<Tracing | null> {
  const settings = traceSettings(environment);
  if (settings === null) return null;
  const { openTelemetry } = await import('./open-telemetry.ts');
  return openTelemetry(settings, about);
}
