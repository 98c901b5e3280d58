import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { type ReadMeter, unpackedBytes } from './bytes.ts'
import { openMeter } from './open.ts'

const home = mkdtempSync(join(tmpdir(), 'millrace-bytes-'))
afterAll(() => rmSync(home, { recursive: true }))

describe('a file that cannot be read', () => {
  it('fails when it is looked at', async () => {
    symlinkSync(join(home, 'loop'), join(home, 'loop'))
    await expect(openMeter(join(home, 'loop'))).rejects.toMatchObject({
      code: 'FILE_READ',
      message: expect.stringMatching(/cannot read .*loop: ELOOP/),
    })
  })

  it('fails when it is read, and says how far it got', async () => {
    const meter: ReadMeter = { path: home, bytesTotal: 0, bytesRead: 0, packing: null, sha256: null }
    await expect(unpackedBytes(meter).next()).rejects.toMatchObject({
      code: 'FILE_READ',
      message: expect.stringMatching(/cannot read .* at byte 0: EISDIR/),
    })
  })
})
