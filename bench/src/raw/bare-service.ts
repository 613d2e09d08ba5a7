/**
 * The least process that does what every service does at its start, as a program: Nest on Express, a MongoDB client, a
 * kafkajs producer, a member of a consumer group, and health over HTTP once all of that is there. Nothing of ours is in it.
 */
import 'reflect-metadata';
import { Logger, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import kafkajs from 'kafkajs';
import { MongoClient } from 'mongodb';

class BareModule {
  readonly name = 'bare';
}
Module({})(BareModule); // as a function: decorators need a compiler, and this runs from its source

const { BENCH_BROKERS = '', BENCH_MONGODB = '', BENCH_TOPIC = '', BENCH_GROUP = '', BENCH_PORT = '0' } = process.env;
const kafka = new kafkajs.Kafka({
  clientId: BENCH_GROUP,
  brokers: BENCH_BROKERS.split(','),
  logLevel: kafkajs.logLevel.NOTHING,
});
const mongo = await new MongoClient(BENCH_MONGODB, { promoteBuffers: true }).connect();
const producer = kafka.producer();
await producer.connect();
Logger.overrideLogger(false);
const app = await NestFactory.create<NestExpressApplication>(BareModule);
const consumer = kafka.consumer({ groupId: BENCH_GROUP, sessionTimeout: 6_000, maxWaitTimeInMs: 250 });
let joined = false;
consumer.on(consumer.events.GROUP_JOIN, () => (joined = true));
app.getHttpAdapter().get('/health/ready', (_request: unknown, response: { sendStatus(code: number): void }) => {
  response.sendStatus(joined ? 200 : 503);
});
await app.listen(Number(BENCH_PORT), '127.0.0.1');
await consumer.connect();
await consumer.subscribe({ topics: [BENCH_TOPIC], fromBeginning: true });
await consumer.run({ eachBatch: () => Promise.resolve() });

process.once('SIGTERM', () => {
  void (async () => {
    await consumer.disconnect();
    await producer.disconnect();
    await mongo.close();
    await app.close();
    process.exit(0);
  })();
});
