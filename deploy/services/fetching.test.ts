import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { readConfig } from '../config.ts'
import { fetchJars, jarsIn } from './jars.ts'
import { javaVersion } from './java.ts'
import { startPrometheus } from './prometheus.ts'
import { lacking } from './testing/available.ts'
import { scriptNamed } from './testing/program.ts'

const nowhere = join(tmpdir(), 'nowhere')

afterEach(() => vi.unstubAllEnvs())

describe('the Java of the machine', () => {
  it.each([
    ['openjdk version "17.0.15" 2025-04-15', 17],
    ['openjdk version "25" 2025-09-16 LTS', 25],
  ])('is known by %s', async (line, major) => {
    expect(await javaVersion(scriptNamed('java', `echo '${line}' >&2`).path)).toBe(major)
  })

  it.each([
    ['broken', 'echo "Error: could not find libjava.so" >&2; exit 1', /java -version fails: .* not find libjava.so$/],
    ['too old', `echo 'openjdk version "11.0.2"' >&2`, /found .*java: openjdk version "11.0.2"$/],
    ['of the last century', `echo 'java version "1.8.0_392"' >&2`, /found .*java: java version "1.8.0_392"$/],
  ])('is refused when it is %s', async (_, script, message) => {
    await expect(javaVersion(scriptNamed('java', script).path)).rejects.toMatchObject({
      code: 'SERVICE_JAVA',
      message: expect.stringMatching(message),
    })
  })

  it('is refused when it is absent', async () => {
    await expect(javaVersion(nowhere)).rejects.toThrow(`need Java 17 or later, and there is no ${nowhere}`)
  })
})

describe('what is fetched', () => {
  let library = ''
  beforeEach(() => {
    library = mkdtempSync(join(tmpdir(), 'millrace-library-'))
    return () => rmSync(library, { recursive: true })
  })

  it('needs Maven', async () => {
    vi.stubEnv('PATH', nowhere)
    await expect(fetchJars(library)).rejects.toMatchObject({
      code: 'SERVICE_FETCH',
      message: 'Maven did not bring Kafka and QuestDB: there is no mvn on the PATH',
    })
  })

  it('is all there or not at all, and Maven says why', async () => {
    const { folder } = scriptNamed('mvn', 'echo "[ERROR] Could not resolve org.questdb:questdb"; exit 1')
    vi.stubEnv('PATH', `${folder}:${process.env.PATH}`)
    await expect(fetchJars(library)).rejects.toThrow('QuestDB: Could not resolve org.questdb:questdb')
    expect(readdirSync(library)).toEqual([])
  })

  it('is fetched once for two who ask at the same time', async () => {
    const calls = join(library, 'calls')
    const make = 'for a; do case $a in -Dto=*) to=$(echo $a | cut -c6-); mkdir $to/kafka $to/questdb;; esac; done'
    const { folder } = scriptNamed('mvn', `echo >> ${calls}.$$; ${make}`)
    vi.stubEnv('PATH', `${folder}:${process.env.PATH}`)
    const [jars] = await Promise.all([fetchJars(library), fetchJars(library)])
    expect(existsSync(jars!.kafka) && existsSync(jars!.questdb)).toBe(true)
    expect(readdirSync(library).filter(name => name.startsWith('calls'))).toHaveLength(1)
  })

  it('is not needed again, and what tests lack is told without starting anything', () => {
    const config = { ...readConfig(), java: nowhere, library, path: nowhere }
    expect(lacking(config)).toEqual(['Java 17 or later', 'Maven'])
    for (const folder of [jarsIn(library).kafka, jarsIn(library).questdb]) mkdirSync(folder)
    expect(lacking({ ...config, java: process.execPath })).toEqual([])
  })

  it('is said to be missing where there is neither Prometheus nor Debian', async () => {
    vi.stubEnv('PATH', nowhere)
    const options = { folder: library, port: 1, configFile: join(library, 'none.yml'), library }
    await expect(startPrometheus(options)).rejects.toMatchObject({
      code: 'SERVICE_FETCH',
      message: expect.stringContaining('no prometheus on the PATH, and this system has no apt-get'),
    })
  })
})
