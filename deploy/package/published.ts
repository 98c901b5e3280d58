/** What the package.json of the checkout tells the published one. */
export interface Checkout {
  readonly name: string
  readonly version: string
  readonly description: string
  readonly license: string
  readonly engines: object
  readonly bin: Readonly<Record<string, string>>
  readonly exports: Readonly<Record<string, string>>
  readonly dependencies: Readonly<Record<string, string>>
}

/** Their insides are imported, so another version is another library. */
const EXACT = ['hyparquet', 'kafkajs']

/** What runs code when it is imported: the program, and the driver that sets flags of V8. */
const SIDE_EFFECTS = ['./deploy/main.js', './engine/flow/fuse.js']

/**
 * The package.json of the published package: JavaScript and declarations where the checkout has TypeScript, and what
 * is optional as peers.
 */
export const published = (checkout: Checkout, optional: readonly string[]): object => {
  const { name, version, description, license, engines, bin, exports, dependencies } = checkout
  const ranges = Object.entries(dependencies).map(([library, exact]) => [
    library,
    EXACT.includes(library) ? exact : `^${exact}`,
  ])
  const peers = ranges.filter(([library]) => optional.includes(library!))
  return {
    ...{ name, version, description, license, type: 'module', engines },
    bin: Object.fromEntries(Object.entries(bin).map(([command, path]) => [command, compiled(path)])),
    exports: Object.fromEntries(Object.entries(exports).map(([door, path]) => [door, doorOf(path)])),
    sideEffects: SIDE_EFFECTS,
    dependencies: Object.fromEntries(ranges.filter(([library]) => !optional.includes(library!))),
    peerDependencies: Object.fromEntries(peers),
    peerDependenciesMeta: Object.fromEntries(peers.map(([library]) => [library, { optional: true }])),
  }
}

const doorOf = (path: string): string | object =>
  path.endsWith('.ts') ? { types: path.replace(/\.ts$/, '.d.ts'), default: compiled(path) } : path

const compiled = (path: string): string => path.replace(/\.ts$/, '.js')
