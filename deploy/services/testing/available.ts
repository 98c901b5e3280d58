import { existsSync } from 'node:fs'
import { delimiter, isAbsolute, join } from 'node:path'
import { type Config, readConfig } from '../../config.ts'
import { hasJars, jarsIn } from '../jars.ts'

/** What the tests against real servers lack on this machine; empty when they can run. Looks, and starts nothing. */
export const lacking = ({ java, library, path }: Config): string[] => [
  ...(isOnPath(java, path) ? [] : ['Java 17 or later']),
  ...(hasJars(jarsIn(library)) || isOnPath('mvn', path) ? [] : ['Maven']),
]

/** Where they must run they are asked to, and say themselves what they lack. */
export const canTestServers = (): boolean => {
  const config = readConfig()
  const lack = lacking(config)
  if (lack.length === 0 || config.mustHaveServers) return true
  process.stderr.write(
    [
      '',
      `The tests against a real Kafka and a real QuestDB (*.server.test.ts) DO NOT RUN: no ${lack.join(', no ')}.`,
      'On Debian: apt-get install openjdk-17-jre-headless maven. MILLRACE_REQUIRE_SERVERS=1 makes this a failure.',
      '\n',
    ].join('\n'),
  )
  return false
}

/** Of a name, or of a path. */
export const isOnPath = (command: string, path: string): boolean =>
  isAbsolute(command) ? existsSync(command) : path.split(delimiter).some(folder => existsSync(join(folder, command)))
