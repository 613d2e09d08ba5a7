// A newsletter signs up three readers and tells Lethe where data about them is; the data itself stays at home.
import { DatabaseSync } from 'node:sqlite';
import { connectPublisher } from '@lethe/publisher';

const db = new DatabaseSync(process.env['NEWSLETTER_DB'] ?? '/tmp/newsletter.sqlite');
db.exec('CREATE TABLE IF NOT EXISTS readers (id TEXT PRIMARY KEY, email TEXT)');
const publisher = await connectPublisher({ source: '/newsletter' });
for (const [index, email] of ['ada@example.com', 'grace@example.com', 'edsger@example.com'].entries()) {
  const [id, dataset] = [`reader-${index + 1}`, 'readers'];
  db.prepare('INSERT OR REPLACE INTO readers VALUES (?, ?)').run(id, email);
  const identities = Object.entries({ reader_id: id, email }).map(([type, value]) => ({ type, value }));
  const where = { controller: 'gazette', system: 'newsletter', dataset, operation: 'upsert' } as const;
  await publisher.publish({ eventId: `${id}-signed-up`, ...where, identities, occurredAt: new Date() });
}
await publisher.close();
console.log('three readers are signed up, and Lethe knows where they are');
