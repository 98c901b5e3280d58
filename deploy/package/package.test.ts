import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { publint } from 'publint'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Packed, packed } from './testing/packed.ts'

/** The profile esm-only: how `require` finds a package of modules, and how Node did of old, is no matter. */
const RESOLUTIONS = ['node16-esm', 'bundler']

const root = join(import.meta.dirname, '../..')

describe('the package', () => {
  let its: Packed
  const manifest = () => JSON.parse(readFileSync(join(its.built, 'package.json'), 'utf8'))
  beforeAll(() => {
    its = packed()
  })
  afterAll(() => its.remove())

  it('has no message from publint', async () => {
    const { messages } = await publint({ strict: true, pack: { tarball: bytesOf(its.tarball) } })
    expect(messages).toEqual([])
  })

  it('has types that are not wrong, at every door', async () => {
    const wild = Object.keys(manifest().exports).filter(door => door.includes('*'))
    const connectors = globSync('connectors/*/*.d.ts', { cwd: its.built }).map(path => `./${path.slice(0, -5)}`)
    expect(wild).toEqual(['./connectors/*'])
    const doors = connectors.filter(path => !path.endsWith('kafkajs'))
    const found = await checkPackage(createPackageFromTarballData(new Uint8Array(bytesOf(its.tarball))), {
      includeEntrypoints: doors,
    })
    if (!found.types) throw new Error('it has no types')
    expect(Object.keys(found.entrypoints)).toEqual(expect.arrayContaining(['./engine', './testing', ...doors]))
    const problems = found.problems.filter(problem => {
      return !('resolutionKind' in problem) || RESOLUTIONS.includes(problem.resolutionKind)
    })
    expect(problems).toEqual([])
  })

  it('holds what runs, and what it reads: no test, no source, no page but its own', () => {
    const files = globSync('**/*.*', { cwd: its.built })
    const program = files.filter(path => !path.startsWith('deploy/skeletons/'))
    const strange = program.filter(path => /\.test\.|(?<!\.d)\.ts$|\.md$|golden|\/testing\/.*contract/.test(path))
    expect(strange.sort()).toEqual(['CHANGELOG.md', 'README.md', 'operators/README.md'])
    const rooms = new Set(files.map(path => path.split('/')[0]!).filter(room => !room.includes('.')))
    expect([...rooms].sort()).toEqual(['connectors', 'deploy', 'engine', 'models', 'operators', 'strategies'])
    for (const asset of ['deploy/services/pom.xml', 'deploy/features/plot.css', 'deploy/prometheus/alerts.rules.yml'])
      expect(files).toContain(asset)
  })

  it('stands on five packages; all others are optional peers', () => {
    const { dependencies, peerDependencies, peerDependenciesMeta } = manifest()
    expect(Object.keys(dependencies)).toEqual(['@node-rs/crc32', 'lmdb', 'rxjs', 'technicalindicators', 'uplot'])
    const checkout = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    const named = [...Object.keys(dependencies), ...Object.keys(peerDependencies)]
    expect(named.sort()).toEqual(Object.keys(checkout.dependencies).sort())
    for (const name of Object.keys(peerDependencies)) expect(peerDependenciesMeta[name]).toEqual({ optional: true })
  })
})

const bytesOf = (path: string): ArrayBuffer => {
  const { buffer, byteOffset, byteLength } = readFileSync(path)
  return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer
}
