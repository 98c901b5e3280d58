import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, inject, it, vi } from 'vitest'
import { dockerAnswers, startContainer } from './container.ts'
import { recordIn } from './record.ts'
import { stateOf } from './running.ts'
import { statesIn, takeDown } from './stack.ts'
import { scriptNamed } from './testing/program.ts'

/** A docker that answers so to each of its commands, and writes down what it was asked. */
const docker = (answers: Readonly<Record<string, string>>): (() => string) => {
  const cases = Object.entries(answers).map(([command, answer]) => `"${command}"*) ${answer} ;;`)
  const { folder, path } = scriptNamed('docker', `echo "$*" >> "$0.asked"\ncase "$*" in\n${cases.join('\n')}\nesac`)
  vi.stubEnv('PATH', `${folder}:${process.env.PATH}`)
  return () => readFileSync(`${path}.asked`, 'utf8')
}

const services = mkdtempSync(join(tmpdir(), 'millrace-containers-'))
const folder = join(services, 'kafka')

afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(services, { recursive: true, force: true })
})

describe('Docker', () => {
  it('answers where it has an engine and Compose', async () => {
    docker({ info: 'echo 28.2.2', 'compose version': 'echo v2.40' })
    expect(await dockerAnswers()).toBe(true)
  })

  it.each([
    ['a client without an engine', { info: 'echo "Cannot connect to the Docker daemon" >&2; exit 1' }],
    ['an older client, which fails with 0', { info: 'echo' }],
    [
      'an engine without Compose',
      { info: 'echo 28.2.2', compose: 'echo "unknown command: docker compose" >&2; exit 1' },
    ],
  ])('does not by %s', async (_, answers) => {
    docker(answers)
    expect(await dockerAnswers()).toBe(false)
  })
})

describe('a server in a container', () => {
  const kafka = () => ({ name: 'Kafka', version: '4.3.1', folder, addresses: { broker: inject('kafka') } }) as const

  it('is told its ports, is waited for, shown, and ended by its name', async () => {
    const asked = docker({ inspect: 'test -e "$0.ended" || echo true', rm: 'touch "$0.ended"' })
    await startContainer(kafka(), {})
    expect(asked()).toMatch(/^compose --file \S+compose.yml --env-file \S+compose.env up --detach kafka\n/)
    expect(readFileSync(join(folder, 'compose.env'), 'utf8')).toBe(
      `VERSION=4.3.1\nPORT_BROKER=${inject('kafka').split(':')[1]}\n`,
    )
    const shown = { service: 'Kafka', state: 'ready', pid: null, memory: null, log: 'docker logs millrace-kafka' }
    await expect.poll(() => statesIn(services)).toMatchObject([shown])
    expect(await takeDown(services)).toEqual(['Kafka'])
    expect(asked()).toContain('rm --force millrace-kafka\n')
    expect(existsSync(join(folder, 'service.json'))).toBe(false)
  })

  it('that ends before it is ready is told by where its words are', async () => {
    docker({ inspect: 'echo false' })
    const absent = { ...kafka(), addresses: { broker: '127.0.0.1:1' } }
    await expect(startContainer(absent, {})).rejects.toThrow(
      'Kafka ended before it was ready: docker logs millrace-kafka',
    )
    expect(await stateOf(recordIn(folder)!)).toMatchObject({ state: 'ended' })
  })

  it('that Docker does not start is told in the words of Docker', async () => {
    docker({ compose: 'echo " kafka Pulling" >&2; echo "Error response from daemon: no space left" >&2; exit 1' })
    await expect(startContainer(kafka(), {})).rejects.toMatchObject({
      code: 'SERVICE_START',
      message: 'Docker cannot start Kafka: Error response from daemon: no space left',
    })
  })
})
