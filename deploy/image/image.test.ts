import { cpSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, matchesGlob, posix } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { importsOf } from '../../engine/testing/house/imports.ts'
import { parse } from '../../engine/testing/house/source.ts'
import { runProgram } from '../testing/program.ts'

const root = join(import.meta.dirname, '..', '..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')

const dockerfile = read('deploy/image/Dockerfile')
const manifest = JSON.parse(read('package.json')) as {
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
}

/** Instructions in order, continued lines joined: ['COPY', 'engine engine']. */
const instructions = dockerfile
  .replaceAll(/^#.*\n/gm, '')
  .replaceAll(/\\\n\s*/g, '')
  .split('\n')
  .filter(line => line !== '')
  .map(line => line.split(/ (.*)/, 2) as [string, string])

const allOf = (name: string): string[] => instructions.filter(([found]) => found === name).map(([, rest]) => rest)

/** Files that reach the image: copied, and not left out by Dockerfile.dockerignore, where the last line decides. */
const shipped = (): string[] => {
  const lines = read('deploy/image/Dockerfile.dockerignore').split('\n')
  const rules = lines.filter(line => line !== '' && !line.startsWith('#'))
  const covers = (rule: string, path: string): boolean => matchesGlob(path, rule) || matchesGlob(path, `${rule}/**`)
  const isSent = (path: string): boolean => {
    const last = rules.findLast(rule => covers(rule.replace(/^!/, ''), path))
    return last === undefined || last.startsWith('!')
  }
  const copied = allOf('COPY')
    .filter(rest => !rest.startsWith('--from'))
    .flatMap(rest => rest.split(' ').slice(0, -1))
  const files = copied.flatMap(from => globSync([from, `${from}/**/*`], { cwd: root, withFileTypes: true }))
  const paths = files.filter(file => file.isFile()).map(file => posix.relative(root, join(file.parentPath, file.name)))
  return paths.filter(isSent)
}

describe('the image', () => {
  it('is made of instructions that there are, stages that were built and commands without a shell', () => {
    const known = 'ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL RUN STOPSIGNAL USER VOLUME WORKDIR'.split(
      ' ',
    )
    expect(instructions.filter(([name]) => !known.includes(name))).toEqual([])
    const stages = allOf('FROM').flatMap(from => / AS (\w+)$/.exec(from)?.[1] ?? [])
    const taken = allOf('COPY').flatMap(rest => /^--from=(\w+)/.exec(rest)?.[1] ?? [])
    expect(taken.filter(stage => !stages.includes(stage))).toEqual([])
    const commands = [
      ...allOf('CMD'),
      ...allOf('ENTRYPOINT'),
      ...allOf('HEALTHCHECK').map(rest => rest.split(' CMD ')[1]!),
    ]
    expect(commands.map(command => JSON.parse(command)).every(Array.isArray)).toBe(true)
  })

  it('runs on the Node that the tests run on', () => {
    expect(allOf('ARG')).toEqual([`NODE=${manifest.devDependencies.node}`])
    expect(allOf('FROM').filter(from => !/^(node:\$\{NODE\}-|dependencies )/.test(from))).toEqual([])
  })

  it('installs what the lock file says, nothing for development, and runs no script of a package', () => {
    expect(allOf('RUN').filter(run => run.startsWith('npm '))).toEqual([
      'npm ci --omit=dev --ignore-scripts --no-audit --no-fund',
    ])
  })

  it('is not root, asks after its own health and hears SIGTERM', () => {
    const last = instructions.slice(instructions.findLastIndex(([name]) => name === 'FROM'))
    expect(Object.fromEntries(last)).toMatchObject({
      USER: '1000:1000',
      STOPSIGNAL: 'SIGTERM',
      HEALTHCHECK: expect.stringContaining('127.0.0.1:9464/health/live'),
      ENTRYPOINT: '["node", "/opt/millrace/deploy/main.ts"]',
    })
  })

  describe('with what it ships', () => {
    const files = shipped()
    const program = files.filter(path => path.endsWith('.ts')).map(path => parse(path, read(path)))
    const imports = program.flatMap(source => importsOf(source).filter(({ typeOnly }) => !typeOnly))
    const folder = mkdtempSync(join(tmpdir(), 'millrace-image-'))
    afterAll(() => rmSync(folder, { recursive: true }))

    it('has no test and no page', () => {
      expect(files.filter(path => /\.test\.ts$|\.md$|^engine\/testing|^bench/.test(path))).toEqual([])
    })

    it('finds every file that it imports', () => {
      const targets = new Set(imports.flatMap(({ target }) => target ?? []))
      expect([...targets].filter(target => existsSync(join(root, target)) && !files.includes(target))).toEqual([])
    })

    it('imports no package that is only there for development', () => {
      const packages = imports.filter(({ target }) => target === null).map(({ specifier }) => specifier)
      const development = Object.keys(manifest.devDependencies)
      expect(packages.filter(name => development.some(dev => name === dev || name.startsWith(`${dev}/`)))).toEqual([])
    })

    it('starts, and runs a strategy', () => {
      for (const path of files) cpSync(join(root, path), join(folder, path))
      symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
      const program = [process.execPath, join(folder, 'deploy/main.ts'), 'backtest', 'mean-reversion']
      const verdict = runProgram('env', [`MILLRACE_HOME=${folder}/home`, ...program, '--rows', '2000', '--json'])
      expect(verdict?.code, verdict?.stderr).toBe(0)
      expect(JSON.parse(verdict!.stdout)).toMatchObject({ status: 'finished' })
    })
  })
})
