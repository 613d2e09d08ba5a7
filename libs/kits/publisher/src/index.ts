/** What an upstream team installs: tell Lethe where data about somebody is. Begin with `connectPublisher`. */
export type { Identity, Operation, UserEvent } from '@lethe/contracts';
export { batchSender, type BatchSender, type BatchSenderOptions } from './batch-sender.ts';
export { errorFields } from './error-fields.ts';
export { PublishError, type PublishErrorCode } from './publish-error.ts';
export {
  connectPublisher,
  type Published,
  type Publisher,
  type PublisherOptions,
  type PublishOptions,
} from './publisher.ts';
export { publishSchema } from './publish-schema.ts';
export { type KafkaSettings, kafkaSettings, SettingsError } from './settings.ts';
