import { describe, expect, it } from '@jest/globals';
import { closedRoom } from './rooms.ts';

describe('the rooms of libraries', () => {
  it.each([
    ['libs/platform/bus/src/kafka-bus.ts', 'kafkajs'],
    ['libs/platform/bus/src/kafkajs-cures.ts', 'kafkajs/src/network/requestQueue'],
    ['libs/platform/store/src/connect.ts', 'mongodb'],
    ['apps/erasure/src/store/erasure-cases.ts', 'mongodb'],
    ['apps/erasure/src/http/cases.controller.ts', '@nestjs/common'],
    ['apps/erasure/src/erasure.module.ts', '@nestjs/common'],
    ['libs/platform/bus/src/kafka-bus.int.spec.ts', 'mongodb'],
    ['tools/gate/src/rooms.ts', 'zod'],
    ['tools/gate/src/rooms.ts', 'kafkajs-something-else'],
  ])('%s may import %s', (file, source) => {
    expect(closedRoom(file, source)).toBeNull();
  });

  it.each([
    ['libs/platform/service/src/relay.ts', 'kafkajs', 'Kafka'],
    ['libs/platform/service/src/relay.spec.ts', 'kafkajs', 'Kafka'],
    ['libs/platform/service/src/relay.ts', 'kafkajs/src/index', 'Kafka'],
    ['libs/platform/bus/src/kafka-bus.ts', 'mongodb', 'MongoDB'],
    ['apps/erasure/src/handlers/store.ts', 'mongodb', 'MongoDB'],
    ['apps/erasure/src/http/case-view.ts', '@nestjs/common', 'Nest'],
    ['apps/erasure/src/handlers/main.ts', 'rxjs', 'Nest'],
    ['examples/shop/src/teams/team.ts', 'avsc', 'Avro'],
  ])('%s may not import %s', (file, source, spoken) => {
    expect(closedRoom(file, source)?.say).toContain(spoken);
  });
});
