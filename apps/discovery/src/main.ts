/** Starts discovery: configuration, catalog and keys, handed down once. */
import { readCatalogFolder } from '@lethe/catalog';
import { loadKeys, registerHash, sealerOf } from '@lethe/identity';
import { parseConfig, runService } from '@lethe/service';
import { settings } from './config.ts';
import { DiscoveryModule } from './discovery.module.ts';
import type { DiscoveryContext } from './handler-context.ts';
import { locatingTask } from './locating/locating-task.ts';
import { erasureRegister } from './store/erasure-register.ts';
import { footprints } from './store/footprints.ts';
import { identities } from './store/identities.ts';
import { links } from './store/links.ts';
import { locations } from './store/locations.ts';
import { openLocations } from './store/open-locations.ts';
import { topology } from './topology.ts';

await runService('discovery', async (environment) => {
  const config = parseConfig(environment, settings);
  const catalog = await readCatalogFolder(config.LETHE_CATALOG);
  const keys = loadKeys(environment);
  const hash = (ref: string): string => registerHash(keys.register.active, ref);
  return {
    settings: config,
    topology,
    systems: [...catalog.systems.keys()],
    context: { registerHash: hash } satisfies DiscoveryContext,
    seal: (raw) => sealerOf(keys).sealBytes(raw),
    records: [locations],
    collections: [identities.collection],
    indexes: [...links.indexes, ...footprints.indexes, ...erasureRegister.indexes, ...openLocations.indexes],
    module: () => DiscoveryModule,
    tasks: (service) => [locatingTask(service, hash)],
    notices: keys.development ? ['development keys are in use: nothing here is secret'] : [],
  };
});
