#!/usr/bin/env node
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'

// Start-up is mostly reading TypeScript: the second start takes what the first one stripped and compiled.
enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/millrace'))

const { command } = await import('./command.ts')
process.exitCode = await command(process.argv.slice(2))
