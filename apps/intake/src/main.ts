/** Starts intake: configuration, catalog and keys, handed down once. */
import { readCatalogFolder } from '@lethe/catalog';
import { loadKeys, sealerOf } from '@lethe/identity';
import { parseConfig, runService } from '@lethe/service';
import { settings } from './config.ts';
import type { IntakeContext } from './handler-context.ts';
import { identifier, forgetting } from './identify.ts';
import { IntakeModule } from './intake.module.ts';
import { metrics } from './metrics.ts';
import { showStanding } from './show-standing.ts';
import { indexes, subjectRequests } from './store/subject-requests.ts';
import { topologyOf } from './topology.ts';

await runService('intake', async (environment) => {
  const config = parseConfig(environment, settings);
  const catalog = await readCatalogFolder(config.LETHE_CATALOG);
  const keys = loadKeys(environment);
  const sealer = sealerOf(keys);
  const { identify, forget } = identifier(catalog, sealer);
  return {
    settings: config,
    topology: topologyOf({ coalesceMs: config.LETHE_COALESCE_MS }),
    systems: [...catalog.systems.keys()],
    context: { catalog, identify } satisfies IntakeContext,
    seal: (raw) => sealer.sealBytes(raw),
    records: [subjectRequests],
    indexes,
    module: (service) => IntakeModule.with(service, { catalog, identify, register: keys.register }),
    metrics,
    tasks: (service) => [forgetting(forget), showStanding(service)],
    notices: keys.development ? ['development keys are in use: nothing here is secret'] : [],
  };
});
