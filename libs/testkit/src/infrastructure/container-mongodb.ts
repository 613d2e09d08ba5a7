/** MongoDB's own image as the only member of a replica set. */
import { MEMBER_ARGUMENTS, REPLICA_SET } from '@lethe/stack';
import { MongoClient } from 'mongodb';
import { GenericContainer, Wait } from 'testcontainers';
import { type ServerContainer, startAtFreePort } from './server-container.ts';

/** As docker-compose.yml has it. */
export const MONGODB_IMAGE = 'mongo:8.0';
const INSIDE = 27_017;
const LOOK_MS = 2_000;

export const mongodbContainer = async (host: string): Promise<ServerContainer> => {
  const { port, container } = await startAtFreePort((free) =>
    new GenericContainer(MONGODB_IMAGE)
      .withExposedPorts({ container: INSIDE, host: free })
      .withCommand(['mongod', ...MEMBER_ARGUMENTS])
      .withWaitStrategy(Wait.forLogMessage(/Waiting for connections/))
      .start(),
  );
  const bare = `mongodb://${host}:${String(port)}/?directConnection=true`;
  const address = `${bare}&replicaSet=${REPLICA_SET}`;
  return { container, address, given: { mongodb: address }, nudge: () => initiate(bare) };
};

/** The member knows itself by an address that holds inside alone; clients come by the other one, and directly. */
const initiate = async (url: string): Promise<void> => {
  const client = new MongoClient(url, { serverSelectionTimeoutMS: LOOK_MS });
  try {
    const stored = await client.db('local').collection('system.replset').findOne({});
    if (stored !== null) return;
    const members = [{ _id: 0, host: `127.0.0.1:${String(INSIDE)}` }];
    await client.db('admin').command({ replSetInitiate: { _id: REPLICA_SET, members } });
  } finally {
    await client.close();
  }
};
