import type { ChildProcess } from 'node:child_process'
import { afterAll, describe, expect, it } from 'vitest'
import { helpOf, overview } from './help.ts'
import { folders, millrace } from './testing/millrace.ts'
import { verbs } from './verbs.ts'

const { make, remove } = folders()
const home = make()
afterAll(remove)

const run = (...args: readonly string[]) => millrace(args, { home })

describe('help', () => {
  it('lists every verb', () => {
    const width = Math.max(...verbs.map(({ name }) => name.length))
    for (const { name, summary } of verbs) expect(overview()).toContain(`  ${name.padEnd(width)}  ${summary}`)
  })

  it.each(verbs.map(entry => [entry.name, entry] as const))('%s has flags and examples', async (name, entry) => {
    const verb = await entry.load()
    const help = helpOf(entry, verb)
    expect(help).toMatch(new RegExp(`^millrace ${name}`))
    for (const flag of Object.keys(verb.flags)) expect(help).toContain(`--${flag}`)
    expect(verb.examples.length).toBeGreaterThan(0)
    for (const example of verb.examples) expect(example.split(' ')[0]).toBe(name)
  })

  it('is printed and is no failure', async () => {
    expect(await run('--help')).toMatchObject({ code: 0, stdout: `${overview()}\n`, stderr: '' })
    const { code, stdout } = await run('backtest', '--help')
    expect(code).toBe(0)
    expect(stdout).toContain('Examples\n  millrace backtest mean-reversion')
  })

  it('tells the version', async () => {
    expect((await run('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  })
})

describe('what is asked for in a wrong way ends with 2, says what is near, and lists what there is', () => {
  it.each([
    ['backtst', "CLI_NAME: no verb 'backtst' (did you mean 'backtest'?); there are: demo, import, record, topics,"],
    ['backtest mean-revesion', "CLI_NAME: no strategy 'mean-revesion' (did you mean 'mean-reversion'?); there are: "],
    ['backtest', 'CLI_NAME: no strategy is named; there are: '],
    ['backtest ./nothing.ts', "CLI_NAME: no strategy './nothing.ts'"],
    ['backtest ema-cross --topc x', "CLI_FLAG: there is no --topc (did you mean 'topic'?); there are: --data --topic"],
    ['backtest ema-cross --topic', "CLI_FLAG: Option '--topic <value>' argument missing"],
    [
      'backtest ema-cross --balance -5',
      'CLI_FLAG: --balance has no value before the next flag; one that begins with a ',
    ],
    ['backtest ema-cross --memory=yes', "CLI_FLAG: Option '--memory' does not take an argument"],
    ['backtest ema-cross twice', "CLI_FLAG: found 'twice' behind what is asked for; expected: millrace backtest"],
    ['backtest ema-cross --data a.csv --topic b', 'CLI_FLAG: give --data or --topic, not both'],
    ['backtest ema-cross --topic nowhere', "CLI_NAME: no topic 'nowhere'; there are: none yet: millrace import FILE"],
    [
      'backtest ema-cross --regime clam',
      "CLI_FLAG: --regime is one of calm, trending, mean-reverting, jump, found 'cl",
    ],
    ['backtest ema-cross --rows 0', "CLI_FLAG: --rows is a whole number of at least 1, found '0'"],
    ['backtest ema-cross --rows 1.5', "CLI_FLAG: --rows is a whole number of at least 1, found '1.5'"],
    ['backtest ema-cross --latency-ms soon', "CLI_FLAG: --latency-ms is a number of at least 0, found 'soon'"],
    ['backtest ema-cross --from lunch', "CLI_FLAG: --from is a time like 2014-05-02T12:30:00, found 'lunch'"],
    ['backtest ema-cross --resume gone', "CLI_NAME: no run 'gone'; the latest are: none yet"],
    [
      'backtest ema-cross --set fats=5',
      "FLOW_PARAM: ema-cross has no parameter 'fats' (did you mean 'fast'?); it has: ",
    ],
    ['backtest ema-cross --set fast', "CLI_FLAG: --set takes name=value, found 'fast'"],
    ['backtest ema-cross --set fast=quick', "FLOW_PARAM: ema-cross: parameter 'fast' is a number, found 'quick'"],
    ['graph ema-cross --set fast=0', 'FLOW_PARAM: ema-cross with fast=0: ema: length is an integer of at least 1'],
    ['replay', 'CLI_NAME: no run is named; the latest are: none yet'],
    ['import', 'CLI_NAME: no file is named; expected: millrace import FILE'],
    ['import nothing.csv', 'FILE_MISSING: no such file: nothing.csv'],
    ['import . --zone Mars', 'FILE_MISSING: . is a folder'],
  ])('%s', async (line, message) => {
    const { code, stdout, stderr } = await run(...line.split(' '))
    expect(stderr).toContain(message)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })

  it('balance, when the tape tells what it is paid in', async () => {
    for (const balance of ['0', '-5', 'all', '1.0000001']) {
      const call = ['backtest', 'ema-cross', '--rows', '100', `--balance=${balance}`]
      const { code, stderr } = await run(...call)
      expect(stderr).toContain('CLI_FLAG: --balance')
      expect(code).toBe(2)
    }
  })

  it('currency, when it is none', async () => {
    const { code, stderr } = await run('backtest', 'ema-cross', '--rows', '100', '--currency', 'U S D')
    expect(stderr).toContain("CLI_FLAG: --currency: currency is 'U S D', expected 1 to 16 characters without spaces")
    expect(code).toBe(2)
  })

  it('with --json the error is the document', async () => {
    const { code, stdout } = await run('replay', 'gone', '--json')
    expect(JSON.parse(stdout)).toEqual({
      error: {
        code: 'CLI_NAME',
        message: "no run 'gone'; the latest are: none yet",
        remedy: 'see what there is: millrace --help, millrace topics',
      },
    })
    expect(code).toBe(2)
  })
})

describe('what is printed', () => {
  it('has no colour and no progress where nobody watches', async () => {
    const { code, stdout, stderr } = await run('backtest', 'ema-cross', '--rows', '20000')
    expect(code).toBe(0)
    for (const control of ['\u001b', '\r']) expect(`${stdout}${stderr}`).not.toContain(control)
  })

  it('may be cut off by who reads it', async () => {
    const call = { home, started: (child: ChildProcess) => child.stdout?.destroy() }
    const { code, stderr } = await millrace(['graph', 'mean-reversion', '--source'], call)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })

  it('of the graph is a table, a picture, a document or the code', async () => {
    const graph = async (...flags: string[]) => (await run('graph', 'ema-cross', ...flags)).stdout
    expect(await graph()).toContain('ema-cross reads quotes\nbarMs=60000 fast=12 slow=26 lots=10\n')
    expect(await graph('--set', 'fast=5')).toContain('ema(5)')
    expect(await graph('--mermaid')).toMatch(/^flowchart TD\n/)
    expect(await graph('--source')).toMatch(/^"use strict" \/\/ graph 1: ema-cross\n/)
    expect(JSON.parse(await graph('--json'))).toMatchObject({ name: 'ema-cross', source: 'quotes' })
  })
})

describe('doctor', () => {
  it('finds this machine well, and says so one check a line', async () => {
    const { code, stdout } = await run('doctor', '--json')
    const findings = JSON.parse(stdout) as { readonly check: string; readonly verdict: string }[]
    const checks = ['node', 'cores', 'memory', 'code', 'clock', 'terminal', 'disk', 'lmdb', 'tapes']
    expect(findings.map(({ check }) => check)).toEqual(checks)
    expect(findings.filter(({ verdict }) => verdict === 'fail')).toEqual([])
    expect(code).toBe(0)
  })

  it('fails where the home folder cannot be made, and says what to do', async () => {
    const { code, stdout } = await millrace(['doctor'], { home: '/dev/null/home', cwd: home })
    expect(stdout).toMatch(/fail {2}disk .*ENOTDIR.* make \/dev\/null\/home a folder that can be written/)
    expect(code).toBe(1)
  })

  it('fails where code may not be generated', async () => {
    const call = { home, node: ['--disallow-code-generation-from-strings'] }
    const { code, stdout } = await millrace(['doctor'], call)
    expect(stdout).toMatch(/fail {2}code .*may not be generated .*the embedded log needs it/)
    expect(code).toBe(1)
  })
})
