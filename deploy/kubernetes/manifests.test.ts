import { execFileSync } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Deployment, StatefulSet } from 'kubernetes-models/apps/v1'
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1'
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1'
import { ConfigMap, Namespace, Secret, Service, ServiceAccount } from 'kubernetes-models/v1'
import { afterAll, describe, expect, it } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { readCall } from '../testing/call.ts'

const models = {
  'apps/v1': { Deployment, StatefulSet },
  'networking.k8s.io/v1': { NetworkPolicy },
  'policy/v1': { PodDisruptionBudget },
  v1: { ConfigMap, Namespace, Secret, Service, ServiceAccount },
} as Readonly<Record<string, Readonly<Record<string, new (manifest: never) => { validate(): void }>>>>

interface Manifest {
  readonly file: string
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string }
}

const root = join(import.meta.dirname, '..', '..')
const files = globSync('*.yaml', { cwd: import.meta.dirname }).filter(file => file !== 'kustomization.yaml')
const manifests: readonly Manifest[] = files.flatMap(file =>
  parseAllDocuments(read(file), { strict: true }).map(document => ({ ...(document.toJS() as Manifest), file })),
)
const one = <T>(kind: string): T => manifests.find(manifest => manifest.kind === kind) as T

describe('the Kubernetes manifests', () => {
  it.each(manifests)('$kind $metadata.name of $file is what the schema says', ({ file: _, ...manifest }) => {
    const Model = models[manifest.apiVersion]?.[manifest.kind]
    expect(Model, `no model of ${manifest.apiVersion} ${manifest.kind}`).toBeDefined()
    new Model!(manifest as never).validate()
  })

  describe('as types', () => {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-manifests-'))
    afterAll(() => rmSync(folder, { recursive: true }))

    it('have no field that Kubernetes does not know', () => {
      expect(compiled(folder, manifests)).toBe('')
    })

    it('would be found out if they had', () => {
      const misspelt = { ...one<Manifest>('Namespace'), metdata: {} }
      expect(compiled(folder, [misspelt])).toContain('\'"metdata"\' does not exist')
    })
  })

  it('are applied by the kustomization, all but the example', () => {
    const { resources } = parse(read('kustomization.yaml')) as { readonly resources: readonly string[] }
    expect(resources.toSorted()).toEqual(files.filter(file => !file.includes('example')).toSorted())
  })

  const workloads = [one<Workload>('StatefulSet'), one<Workload>('Deployment')]
  const { spec } = workloads[0]!

  describe.each(workloads)('of the $metadata.name', ({ spec, metadata }) => {
    const pod = spec.template.spec
    const [container] = pod.containers

    it('run as nobody, on a file system that cannot be written', () => {
      expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } })
      expect(container!.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      })
      expect(pod.automountServiceAccountToken).toBe(false)
    })

    it('give a command that there is, made of settings that there are', () => {
      const settings = one<{ readonly data: Readonly<Record<string, string>> }>('ConfigMap').data
      const known: Readonly<Record<string, string>> = { ...settings, POD_NAME: 'engine-0' }
      const words = container!.args.map(word => word.replaceAll(/\$\((\w+)\)/g, (whole, name) => known[name] ?? whole))
      expect(words.join(' ')).not.toContain('$')
      expect(readCall(words).text('log')).toBe(settings.LOG)
      const names = container!.envFrom.map(from => Object.values(from)[0]!.name)
      expect(names).toEqual([one<Manifest>('ConfigMap').metadata.name, one<Manifest>('Secret').metadata.name])
    })

    it('have a bound of memory, and none of time on the processor', () => {
      expect(Object.keys(container!.resources.requests)).toEqual(['cpu', 'memory', 'ephemeral-storage'])
      expect(Object.keys(container!.resources.limits)).toEqual(['memory', 'ephemeral-storage'])
    })

    it('may reach what they live of', () => {
      expect(spec.selector.matchLabels).toEqual(spec.template.metadata.labels)
      const policies = manifests.filter(({ kind }) => kind === 'NetworkPolicy') as unknown as readonly Selecting[]
      const own = policies.find(policy => policy.metadata.name === metadata.name)
      expect(own!.spec.podSelector).toEqual({ matchLabels: spec.selector.matchLabels })
    })

    it('are asked for their health where they serve it', () => {
      expect(readCall(container!.args).text('health')).toBe('9464')
      expect(container!.ports).toEqual([{ name: 'metrics', containerPort: 9464 }])
      const probes = [container!.livenessProbe, container!.readinessProbe, container!.startupProbe]
      expect(probes.map(probe => probe.httpGet)).toEqual([
        { path: '/health/live', port: 'metrics' },
        { path: '/health/ready', port: 'metrics' },
        { path: '/health/live', port: 'metrics' },
      ])
    })
  })

  it('name and protect the pods of the engine', () => {
    const { labels } = spec.template.metadata
    expect(one<Selecting>('Service').spec.selector).toEqual(labels)
    expect(one<Selecting>('PodDisruptionBudget').spec.selector).toEqual({ matchLabels: labels })
  })
})

/** What the compiler says of the manifests as literals: it knows every field, the schema only those that it knows. */
const compiled = (folder: string, all: readonly Manifest[]): string => {
  const program = all.map(({ file: _, ...manifest }, i) => {
    const type = `import('${root}/node_modules/kubernetes-models/${manifest.apiVersion}/index.js').I${manifest.kind}`
    return `export const manifest${i}: ${type} = ${JSON.stringify(manifest)}`
  })
  const file = join(folder, 'manifests.ts')
  writeFileSync(file, program.join('\n'))
  const options = ['--ignoreConfig', '--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--types', '']
  try {
    return execFileSync(join(root, 'node_modules/.bin/tsc'), [...options, file], { encoding: 'utf8' })
  } catch (error) {
    return (error as { readonly stdout: string }).stdout
  }
}

interface Workload extends Manifest {
  readonly spec: {
    readonly selector: { readonly matchLabels: unknown }
    readonly template: {
      readonly metadata: { readonly labels: unknown }
      readonly spec: {
        readonly securityContext: unknown
        readonly automountServiceAccountToken: boolean
        readonly containers: readonly Container[]
      }
    }
  }
}

interface Container {
  readonly args: readonly string[]
  readonly ports: unknown
  readonly securityContext: unknown
  readonly livenessProbe: Probe
  readonly readinessProbe: Probe
  readonly startupProbe: Probe
  readonly resources: {
    readonly requests: Readonly<Record<string, string>>
    readonly limits: Readonly<Record<string, string>>
  }
  readonly envFrom: readonly Readonly<Record<string, { readonly name: string }>>[]
}

interface Probe {
  readonly httpGet: unknown
}

interface Selecting extends Manifest {
  readonly spec: { readonly selector: unknown; readonly podSelector: unknown }
}

function read(file: string): string {
  return readFileSync(join(import.meta.dirname, file), 'utf8')
}
