import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import type { AnyKernel } from '../../engine/flow/kernel.ts'
import { type OutputField, outputFields } from './output-fields.ts'
import { moduleOf, sourceText } from './source-text.ts'

/** An operator as the list of them tells it, read from its doc comment and its kernel. */
export interface Entry {
  readonly name: string
  /** The folder that it lies in. */
  readonly subject: string
  readonly in: string
  readonly out: string
  /** What the output is counted in. */
  readonly unit: string
  /** Inputs before the first output, with the usual options. */
  readonly warmup: number
  /** Inputs until the value no longer shows where the history began; null when it always will. */
  readonly settle: number | null
  readonly source: string
}

/** An operator with all that is written about it. */
export interface Manual {
  readonly entry: Entry
  /** Of its file, below `operators/`. */
  readonly path: string
  /** The doc comment without its contract block and its examples. */
  readonly prose: string
  /** The contract block: In, Out, Emits ... */
  readonly contract: ReadonlyMap<string, string>
  readonly options: readonly Option[]
  /** Of the record that comes out; none where it is a number. */
  readonly fields: readonly OutputField[]
  /** The code of the first example, which says what it gives. */
  readonly example: string
  /** Made as the first example makes it, with the usual options. */
  readonly kernel: AnyKernel
  /** The inputs of the first example. */
  readonly inputs: readonly unknown[]
  /** The same operator with some options of one's own. Fails: what its step refuses them with. */
  with(options: Scope): Promise<AnyKernel>
}

type Scope = Readonly<Record<string, unknown>>

export interface Option {
  readonly name: string
  readonly type: string
  readonly doc: string
  /** The value that the doc calls the usual one, or that it has if none is given. */
  readonly usual: number | null
}

export const OPERATORS: string = join(import.meta.dirname, '../../operators')

/** Every operator of the index, in its order. */
export const manuals = async (): Promise<readonly Manual[]> => {
  const index = sourceText(join(OPERATORS, 'index.ts'))
  return Promise.all([...index.matchAll(/'\.\/(.*)'/g)].map(([, path]) => manualOf(path!)))
}

const manualOf = async (path: string): Promise<Manual> => {
  const text = sourceText(join(OPERATORS, path))
  const comments = [...text.matchAll(/^\/\*\*\n([\s\S]*?)^ \*\/\nexport const (\w+)/gm)]
  const [, comment = '', name = ''] = comments.find(([, comment]) => /^ \* Emits {3}/m.test(comment!))!
  const options = optionsOf(text)
  const lines = comment.replaceAll(/^ \* ?/gm, '')
  const [manual = '', example = ''] = lines.split('@example\n')
  const contract = contractOf(manual)
  const scope: Scope = await import(moduleOf(join(OPERATORS, path)))
  const usual = Object.fromEntries(
    options.flatMap(({ name, usual }) => (usual === null ? [] : [[name.replace('?', ''), usual]])),
  )
  const made = await firstRun(example, scope, usual).catch(() => firstRun(example, scope, {}))
  const fields = outputFields(contract.get('Out')!, join(OPERATORS, path))
  const { warmup, settle = warmup } = made.kernel
  const entry: Entry = {
    name,
    subject: path.split('/')[0]!,
    in: contract.get('In')!,
    out: contract.get('Out')!,
    unit: unitOf(contract.get('Out')!, fields),
    warmup,
    settle: Number.isFinite(settle) ? settle : null,
    source: contract.get('Source')!,
  }
  const prose = manual.split(/^In {6}/m)[0]!.trim()
  const written = { entry, path, prose, contract, options, fields, example: example.trim() }
  return { ...written, ...made, with: async own => (await firstRun(example, scope, { ...usual, ...own })).kernel }
}

/** 'In      number, any unit' and what is indented below it. */
const contractOf = (manual: string): ReadonlyMap<string, string> => {
  const rows = manual.matchAll(/^(In|Out|Emits|State|Late|Fails|Source) {2,}(\S.*(?:\n {8}.*)*)/gm)
  return new Map([...rows].map(([, key, text]) => [key!, text!.replaceAll(/\s+/g, ' ')]))
}

/** 'number, percent; 0 on a flat market' is in percent; of a record, what its fields say. */
const unitOf = (out: string, fields: readonly OutputField[]): string => {
  const [, told = ''] = /^[^;:,]*[,:] ([^;]*)/.exec(out.replaceAll(/\{[^}]*\}/g, 'fields')) ?? []
  if (out.startsWith('number') || (UNIT.test(told) && !told.includes('`'))) return told
  const groups = Map.groupBy(
    fields.filter(({ type }) => type !== 'Micros'),
    ({ doc }) => (doc === '' ? 'that of the input' : firstClause(doc)),
  )
  const units = [...groups].map(([unit, named]) => `${named.map(({ name }) => name).join(', ')}: ${unit}`)
  return units.join('; ') || 'that of the input'
}

const UNIT = /\d|percent|unit|currency|share|ratio|\blog\b|basis points|\blots\b|ticks|minutes|numbers|prices/

const firstClause = (doc: string): string => {
  const [clause = ''] = doc.split(/[;:]|\.(?:\s|$)/)
  return `${clause[0]?.toLowerCase() ?? ''}${clause.slice(1)}`
}

const optionsOf = (text: string): readonly Option[] => {
  const [, body = ''] = /^export interface \w+Options\b[^{]*\{$([\s\S]*?)^\}/m.exec(text) ?? []
  return [...body.matchAll(/\/\*\*([\s\S]*?)\*\/\s*readonly (\w+\??): (.*)/g)].map(([, comment, name, type]) => {
    const doc = comment!.replaceAll(/\s*\n \s*\*/g, '').trim()
    const usual = /(\d[\d.]*) (?:is the usual|if not given)/.exec(doc)?.[1]
    return { name: name!, type: type!, doc, usual: usual === undefined ? null : Number(usual) }
  })
}

type Made = Pick<Manual, 'kernel' | 'inputs'>

/** Pure steps are made with these options over those of the example. */
const withOptions =
  (options: Scope) =>
  ([name, value]: readonly [string, unknown]): readonly [string, unknown] => {
    if (!name.endsWith('Step') || typeof value !== 'function') return [name, value]
    const make = (...given: readonly unknown[]): unknown =>
      value(...given.slice(0, -1), ...given.slice(-1).map(last => Object.assign({}, last, options)))
    return [name, make]
  }

/** The constructor of functions with `await`, which has no name of its own. */
const AsyncFunction = (async () => {}).constructor as (...source: string[]) => (...values: unknown[]) => Promise<void>

/** What the first `run` of an example steps. The usual options may not go together with the others of the example. */
const firstRun = async (example: string, module: Scope, options: Scope): Promise<Made> => {
  const scope = Object.fromEntries(Object.entries(module).map(withOptions(options)))
  const runs: Made[] = []
  const run = (kernel: AnyKernel, inputs: readonly unknown[]): unknown[] => {
    runs.push({ kernel, inputs })
    return []
  }
  const runAt = (kernel: AnyKernel, entries: readonly (readonly unknown[])[]): unknown[] =>
    run(
      kernel,
      entries.filter(entry => entry.length > 1).map(entry => entry[1]),
    )
  const names = { run, runAt, ...scope }
  // In a block, so that an example may use a name of its module again.
  await AsyncFunction(...Object.keys(names), withoutTypes(`{${example}\n}`))(...Object.values(names))
  return runs[0]!
}

/** Node says once that this is new, which is not what the caller of a verb has asked for. */
const withoutTypes = (code: string): string => {
  const { emitWarning } = process
  process.emitWarning = () => undefined
  try {
    return stripTypeScriptTypes(code)
  } finally {
    process.emitWarning = emitWarning
  }
}
