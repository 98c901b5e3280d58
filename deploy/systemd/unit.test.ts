import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { runProgram } from '../testing/program.ts'

const NAME = 'millrace@.service'
const text = readFileSync(join(import.meta.dirname, NAME), 'utf8')

/** Settings of a section; one that is set twice has its values in order. */
const sectionOf = (name: string): ReadonlyMap<string, readonly string[]> => {
  const body = text.split(/^\[(?=\w+\]$)/m).find(part => part.startsWith(`${name}]`)) ?? ''
  const lines = body.split('\n').slice(1)
  const settings = lines.filter(line => line !== '' && !line.startsWith('#')).map(line => line.split(/=(.*)/, 2))
  return new Map(
    [...Map.groupBy(settings, ([key]) => key!)].map(([key, all]) => [key, all.map(([, value]) => value ?? '')]),
  )
}

describe('the systemd unit', () => {
  const service = sectionOf('Service')

  it('starts one strategy, as nobody, with a home of its own', () => {
    expect(service.get('ExecStart')).toEqual(['/usr/bin/node /opt/millrace/deploy/main.ts run %i $MILLRACE_FLAGS'])
    expect(service.get('DynamicUser')).toEqual(['yes'])
    expect(service.get('Environment')?.join(' ')).toContain('MILLRACE_HOME=%S/millrace/%i')
    expect(service.get('StateDirectory')).toEqual(['millrace/%i'])
  })

  it('comes back after a crash, however long the broker is away', () => {
    expect(service.get('Restart')).toEqual(['on-failure'])
    expect(sectionOf('Unit').get('StartLimitIntervalSec')).toEqual(['0'])
  })

  it('has no capability, and may write nothing but its state', () => {
    const closed = { CapabilityBoundingSet: [''], AmbientCapabilities: [''], ProtectSystem: ['strict'] }
    expect(Object.fromEntries(service)).toMatchObject({ ...closed, NoNewPrivileges: ['yes'], ProtectHome: ['yes'] })
  })

  describe('as systemd reads it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-unit-'))
    const unit = join(folder, NAME)
    // What it starts has to be there; the one that runs this test is.
    writeFileSync(unit, text.replaceAll('/usr/bin/node', process.execPath))
    afterAll(() => rmSync(folder, { recursive: true }))

    it('is understood to the last line', () => {
      expect(runProgram('systemd-analyze', ['verify', '--man=no', unit]) ?? 'no systemd here').toBeOneOf([
        { code: 0, stdout: '', stderr: '' },
        'no systemd here',
      ])
    })

    it('exposes less than 2 of 10', () => {
      const verdict = runProgram('systemd-analyze', ['security', '--offline=true', '--threshold=20', unit])
      expect(verdict?.code ?? 'no systemd here', verdict?.stdout).toBeOneOf([0, 'no systemd here'])
    })
  })
})
