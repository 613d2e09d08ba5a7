import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Package } from './install.ts';
import { lastLines, runCommand } from './run-command.ts';
import { StackError } from './stack-error.ts';

const VERSION = '4.3.0';
const DOWNLOAD_LIMIT_MS = 10 * 60_000;

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>lethe</groupId>
  <artifactId>kafka-server</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>${VERSION}</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>1.7.36</version></dependency>
  </dependencies>
</project>
`;

/** Kafka's jars with all they need, from Maven's repository: the whole broker without its shell scripts. */
export const KAFKA_PACKAGE: Package = {
  name: `kafka-${VERSION}`,
  about: `Kafka ${VERSION} (46 jars, 43 MB, once, by Maven)`,
  digest: 'dd2348e47be6eb697fb7658ac5d5fae8ed639a467f555e846546d312a39984a3',
  fetch: async (folder, environment) => {
    const work = join(folder, 'work');
    await mkdir(work);
    await writeFile(join(work, 'pom.xml'), POM);
    const { exitCode, output } = await runCommand(
      'mvn',
      // -C: a download whose checksum is wrong fails instead of warning.
      [
        '-q',
        '-B',
        '-C',
        'dependency:copy-dependencies',
        `-DoutputDirectory=${join(work, 'lib')}`,
        '-DincludeScope=runtime',
      ],
      { cwd: work, environment, timeoutMs: DOWNLOAD_LIMIT_MS },
    );
    if (exitCode !== 0) {
      throw new StackError('install_failed', `Maven could not fetch Kafka ${VERSION}:\n${lastLines(output, 15)}`);
    }
    await rename(join(work, 'lib'), join(folder, 'lib'));
    await rm(work, { recursive: true });
  },
};
