import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { runProgram } from '../testing/program.ts'

const text = readFileSync(join(import.meta.dirname, 'nginx.conf'), 'utf8')

/** All directives, those of inner blocks too: ['listen', '80']. */
const directives = text
  .replaceAll(/^\s*#.*$/gm, '')
  .split(/[;{}]/)
  .map(part => part.trim().split(/\s+/))
  .filter(([name]) => name !== '')

const allOf = (name: string): string[] =>
  directives.filter(([found]) => found === name).map(([, ...rest]) => rest.join(' '))

describe('the proxy', () => {
  it('closes every block that it opens', () => {
    expect(text.split('{').length).toBe(text.split('}').length)
  })

  it('speaks TLS of today alone, and sends everybody else there', () => {
    expect(allOf('ssl_protocols')).toEqual(['TLSv1.2 TLSv1.3'])
    expect(allOf('return')).toEqual(['308 https://$host$request_uri'])
    expect(allOf('add_header')).toContain('Strict-Transport-Security "max-age=31536000" always')
  })

  it('passes on to upstreams that are declared, all of this machine', () => {
    const upstreams = allOf('upstream')
    expect(
      allOf('proxy_pass')
        .map(to => to.replace('http://', ''))
        .filter(to => !upstreams.includes(to)),
    ).toEqual([])
    expect(allOf('server').filter(server => server !== '' && !server.startsWith('127.0.0.1:'))).toEqual([])
  })

  it('gives nothing of the inside away', () => {
    expect(allOf('location')).toEqual(['/', '= /login', '= /health/ready'])
  })

  it('counts requests in zones that are declared', () => {
    const zones = allOf('limit_req_zone').map(rest => /zone=(\w+)/.exec(rest)?.[1])
    const used = allOf('limit_req').map(rest => /zone=(\w+)/.exec(rest)?.[1])
    expect(new Set(used)).toEqual(new Set(zones))
    expect(used.length).toBe(allOf('location').length)
  })

  describe('as nginx reads it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-proxy-'))
    afterAll(() => rmSync(folder, { recursive: true }))

    it('is right to the last line', () => {
      if (runProgram('nginx', ['-v']) === null) return
      mkdirSync(join(folder, 'tls'))
      const files = ['-keyout', join(folder, 'tls/privkey.pem'), '-out', join(folder, 'tls/fullchain.pem')]
      execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...files, '-subj', '/CN=x'], {
        stdio: 'pipe',
      })
      const here = text.replaceAll(/\/(etc|run|var\/log)\/(nginx\/)?/g, `${folder}/`)
      writeFileSync(join(folder, 'nginx.conf'), here)
      const verdict = runProgram('nginx', ['-t', '-q', '-c', join(folder, 'nginx.conf')])
      expect(verdict, verdict?.stderr).toMatchObject({ code: 0 })
    })
  })
})
