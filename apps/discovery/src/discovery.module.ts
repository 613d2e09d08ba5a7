import { Module } from '@nestjs/common';

/** Discovery has no HTTP resources of its own: there is no enumeration, and look-ups come with the command line. */
@Module({})
export class DiscoveryModule {}
