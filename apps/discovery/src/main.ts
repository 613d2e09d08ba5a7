/** Starts discovery: configuration, catalog and keys, handed down once. */
import { readCatalogFolder } from '@lethe/catalog';
import { type Keys, loadKeys, sealerOf } from '@lethe/identity';
import { parseConfig, runService } from '@lethe/service';
import { connectStore } from '@lethe/store';
import { settings } from './config.ts';
import { DiscoveryModule } from './discovery.module.ts';
import type { DiscoveryContext } from './handler-context.ts';
import { admitKeys } from './keys/admit-keys.ts';
import { keyTask } from './keys/key-task.ts';
import { locatingTask } from './locating/locating-task.ts';
import { metrics } from './metrics.ts';
import { namesUnder } from './names.ts';
import { erasureRegister } from './store/erasure-register.ts';
import { footprints } from './store/footprints.ts';
import { identities } from './store/identities.ts';
import { keyHistories } from './store/key-histories.ts';
import { links } from './store/links.ts';
import { locations } from './store/locations.ts';
import { openLocations } from './store/open-locations.ts';
import { topology } from './topology.ts';

await runService('discovery', async (environment) => {
  const config = parseConfig(environment, settings);
  const catalog = await readCatalogFolder(config.LETHE_CATALOG);
  const keys = loadKeys(environment);
  const names = namesUnder(await admitted(config, keys));
  const sealer = sealerOf(keys);
  return {
    settings: config,
    topology,
    systems: [...catalog.systems.keys()],
    context: { names } satisfies DiscoveryContext,
    seal: (raw) => sealer.sealBytes(raw),
    records: [locations],
    collections: [identities.collection, keyHistories.collection],
    indexes: [...links.indexes, ...footprints.indexes, ...erasureRegister.indexes, ...openLocations.indexes],
    metrics,
    module: () => DiscoveryModule,
    tasks: (service) => [locatingTask(service, names), keyTask(service, names)],
    notices: keys.development ? ['development keys are in use: nothing here is secret'] : [],
  };
});

/** Before anything is heard: with keys that cannot be right, nothing may be. */
async function admitted(
  {
    LETHE_MONGODB_URL: url,
    LETHE_PREFIX: prefix,
  }: { readonly LETHE_MONGODB_URL: string; readonly LETHE_PREFIX: string },
  keys: Keys,
): Promise<Pick<Keys, 'peppers' | 'register' | 'sealing'>> {
  const store = await connectStore(url, `${prefix}-discovery`);
  try {
    return await admitKeys(store, keys);
  } finally {
    await store.close();
  }
}
