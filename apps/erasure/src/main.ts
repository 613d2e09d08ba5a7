/** Starts erasure: configuration, catalog and keys, handed down once; here it gets the key that opens boxes for orders. */
import { readCatalogFolder } from '@lethe/catalog';
import { type KeyRing, loadKeys, sealerOf } from '@lethe/identity';
import { parseConfig, runService } from '@lethe/service';
import { connectStore } from '@lethe/store';
import { settings } from './config.ts';
import { ErasureModule } from './erasure.module.ts';
import type { ErasureContext } from './handler-context.ts';
import { metrics } from './metrics.ts';
import { openBox } from './open-box.ts';
import { admitSealingKeys, showKeys } from './sealing-keys.ts';
import { showStanding } from './show-standing.ts';
import { erasureCases } from './store/erasure-cases.ts';
import { topologyOf } from './topology.ts';

await runService('erasure', async (environment) => {
  const config = parseConfig(environment, settings);
  const catalog = await readCatalogFolder(config.LETHE_CATALOG);
  const keys = loadKeys(environment);
  const sealer = sealerOf(keys);
  const cases = erasureCases({ publishAgainAfterMs: config.LETHE_PUBLISH_AGAIN_MS });
  await admitted(config, cases.kind.collection, keys.sealing);
  return {
    settings: config,
    topology: topologyOf(cases),
    systems: [...catalog.systems.keys()],
    context: { catalog } satisfies ErasureContext,
    seal: (raw) => sealer.sealBytes(raw),
    open: openBox(sealer),
    records: [cases],
    metrics,
    tasks: (service) => [
      showStanding(service, cases, [...catalog.systems.keys()]),
      showKeys(service, cases.kind.collection, keys.sealing),
    ],
    module: (service) => ErasureModule.with(service, cases),
    notices: keys.development ? ['development keys are in use: nothing here is secret'] : [],
  };
});

/** Before anything is heard. */
async function admitted(
  {
    LETHE_MONGODB_URL: url,
    LETHE_PREFIX: prefix,
  }: { readonly LETHE_MONGODB_URL: string; readonly LETHE_PREFIX: string },
  cases: string,
  ring: KeyRing,
): Promise<void> {
  const store = await connectStore(url, `${prefix}-erasure`);
  try {
    await admitSealingKeys(store, cases, ring);
  } finally {
    await store.close();
  }
}
