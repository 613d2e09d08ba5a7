/** Starts audit: configuration and keys, handed down once. */
import { loadKeys, sealerOf } from '@lethe/identity';
import { parseConfig, runService } from '@lethe/service';
import { AuditModule } from './audit.module.ts';
import { gapAlarm } from './gap-alarm.ts';
import { metrics } from './metrics.ts';
import { cases } from './store/cases.ts';
import { entries } from './store/entries.ts';
import { log } from './store/log.ts';
import { topology } from './topology.ts';

await runService('audit', (environment) => {
  const config = parseConfig(environment, {});
  const keys = loadKeys(environment);
  const sealer = sealerOf(keys);
  return Promise.resolve({
    settings: config,
    topology,
    // It hears no topic of a single system.
    systems: [],
    context: {},
    // Keys serve dead letters alone: no handler of audit can open or seal anything.
    seal: (raw: Buffer) => sealer.sealBytes(raw),
    collections: [log.collection],
    indexes: [...entries.indexes, ...cases.indexes],
    metrics,
    module: AuditModule.with.bind(AuditModule),
    tasks: (service) => [gapAlarm(service)],
    notices: keys.development ? ['development keys are in use: nothing here is secret'] : [],
  });
});
