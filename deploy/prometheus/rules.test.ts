import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { exposition } from '../../connectors/metrics/registry.ts'
import { readConfig } from '../config.ts'
import { readPromql } from '../grafana/syntax.ts'
import { findPrometheus } from '../services/prometheus.ts'
import { runProgram } from '../testing/program.ts'

const at = (name: string): string => join(import.meta.dirname, name)
const read = <T>(name: string): T => parse(readFileSync(at(name), 'utf8')) as T

interface Rule {
  readonly alert?: string
  readonly record?: string
  readonly expr: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
}

interface Rules {
  readonly groups: readonly { readonly name: string; readonly rules: readonly Rule[] }[]
}

interface Tests {
  readonly tests: readonly {
    readonly alert_rule_test?: readonly { readonly alertname: string; readonly exp_alerts: readonly unknown[] }[]
    readonly promql_expr_test?: readonly { readonly expr: string }[]
  }[]
}

const ruleFiles = globSync('*.rules.yml', { cwd: import.meta.dirname }).toSorted()
const rules = ruleFiles.flatMap(file => read<Rules>(file).groups.flatMap(group => group.rules))
const alerts = rules.filter(({ alert }) => alert !== undefined)
const { tests } = read<Tests>('rules.test.yml')

const { library, mustHaveServers } = readConfig()
const promtool = await findPrometheus(library, { program: 'promtool' }).catch(error => {
  if (mustHaveServers) throw error
  return null
})
const reason = promtool === null ? ': NOT TESTED, no promtool (on Debian: apt-get install prometheus)' : ''

describe('what Prometheus is given', () => {
  // Skipped where there is neither promtool nor a Debian to fetch it from; where servers must run it fails instead.
  it.skipIf(promtool === null).each([
    ['check', 'config', at('prometheus.yml')],
    ['check', 'rules', ...ruleFiles.map(at)],
    ['test', 'rules', at('rules.test.yml')],
    ['test', 'rules', at('weekend.test.yml')],
  ])(`passes promtool %s %s${reason}`, (...args) => {
    expect(runProgram(promtool!.command, args)).toMatchObject({ code: 0 })
  })

  it('asks for metrics that there are', async () => {
    const told = [...(await exposition().text()).matchAll(/^# TYPE (\S+) (\w+)/gm)]
    const ours = told.flatMap(([, name, type]) => (type === 'histogram' ? [`${name}_bucket`] : [name!]))
    const recorded = rules.flatMap(({ record }) => record ?? [])
    const known = [...ours, ...recorded, 'up', 'questdb_suspended_tables']
    const asked = rules.flatMap(({ expr }) => readPromql(expr).metrics)
    expect(asked.filter(name => !known.includes(name) && !/^questdb_wal_apply_(seq|writer)_txn$/.test(name))).toEqual(
      [],
    )
  })

  it('records nothing that nobody asks for', () => {
    const dashboards = globSync('../grafana/dashboards/*.json', { cwd: import.meta.dirname }).map(file =>
      readFileSync(at(file), 'utf8'),
    )
    const asked = [...alerts.map(({ expr }) => expr), ...dashboards].join('\n')
    expect(rules.filter(({ record }) => record !== undefined && !asked.includes(record))).toEqual([])
  })
})

describe('each rule', () => {
  const fired = tests.flatMap(({ alert_rule_test: cases = [] }) => cases.filter(one => one.exp_alerts.length > 0))
  const evaluated = tests.flatMap(({ promql_expr_test: cases = [] }) => cases.map(({ expr }) => expr))

  it.each(rules)('$alert$record is tested', ({ alert, record }) => {
    expect(fired.some(({ alertname }) => alertname === alert) || evaluated.includes(record!)).toBe(true)
  })
})

describe('each alert', () => {
  const readme = readFileSync(at('README.md'), 'utf8')

  it.each(alerts)(
    '$alert says how urgent it is, what has happened, and what to do',
    ({ alert, labels, annotations }) => {
      expect(labels?.severity).toBeOneOf(['warning', 'critical'])
      expect(Object.keys(annotations ?? {})).toEqual(['summary', 'description'])
      expect(readme).toMatch(new RegExp(`^\\| \`${alert}\` \\| .{20,}\\|$`, 'm'))
    },
  )

  it('has a name of its own, and none is explained that there is not', () => {
    const explained = [...readme.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name)
    expect(explained).toEqual(alerts.map(({ alert }) => alert))
  })
})
