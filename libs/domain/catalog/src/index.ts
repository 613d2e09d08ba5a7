/**
 * Privacy as code: the folder that says who holds what about whom, and by when it must be answered.
 *
 * readCatalogFolder (at start) -> capableSystems, feedOf, respondBy.
 */
export { capableSystems, feedName, feedOf, type Catalog, type Feed, type Regulation, type System } from './catalog.ts';
export { CatalogError, readCatalogFolder } from './folder.ts';
export { loadCatalog, type LoadedCatalog } from './parse.ts';
export { respondBy } from './regulation.ts';
export { publicCatalogShape, type RespondWithin } from './schema.ts';
export { type CatalogText, type Problem } from './yaml-file.ts';
