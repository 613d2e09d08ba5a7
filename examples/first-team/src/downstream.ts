// The newsletter's team hears its orders, deletes the rows that name the subject, and answers; until SIGTERM.
import { DatabaseSync } from 'node:sqlite';
import { erased, type ErasureOrdered, runSubscriber, valuesOf } from '@lethe/subscriber';

const db = new DatabaseSync(process.env['NEWSLETTER_DB'] ?? '/tmp/newsletter.sqlite');
db.exec('CREATE TABLE IF NOT EXISTS readers (id TEXT PRIMARY KEY, email TEXT)');
const rows = 'FROM readers WHERE id IN (SELECT value FROM json_each(?)) OR email IN (SELECT value FROM json_each(?))';
const named = (order: ErasureOrdered) => ['reader_id', 'email'].map((type) => JSON.stringify(valuesOf(order, type)));

await runSubscriber({
  system: 'newsletter',
  count: (order) => Number(db.prepare(`SELECT count(*) AS held ${rows}`).get(...named(order))?.['held']),
  erase: (order) => erased(Number(db.prepare(`DELETE ${rows}`).run(...named(order)).changes), 'deleted'),
});
